// How the embedded server is set up: durable first, small at rest, made for many short statements on few cores.
import { CLUSTER_NAME } from './owner.ts';

export type ServerSettings = Readonly<Record<string, string>>;

export const SERVER_SETTINGS: ServerSettings = {
  cluster_name: CLUSTER_NAME,
  // An acknowledged write survives a crash and a power cut.
  fsync: 'on',
  synchronous_commit: 'on',
  full_page_writes: 'on',
  // 128 MB keep the hot indexes of a clinic in memory and the whole platform under 900 MB.
  shared_buffers: '128MB',
  work_mem: '8MB',
  maintenance_work_mem: '128MB',
  max_connections: '100',
  // One per transaction in doubt between services; each takes a little shared memory.
  max_prepared_transactions: '64',
  // Checkpoints seldom: after each one an import writes every page to the log again. Not seldomer: what came since the
  // last one is replayed after a crash, at 50 to 100 MB a second, before the clinic opens again.
  max_wal_size: '4GB',
  min_wal_size: '256MB',
  checkpoint_timeout: '5min',
  // Transactions here last milliseconds: who waits this long is most likely waited for.
  deadlock_timeout: '200ms',
  random_page_cost: '1.1',
  // Statements are short: compiling or splitting one over workers costs more than it saves.
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  io_workers: '2',
  // Statements are planned once and kept until the statistics change, so a bulk load must be noticed at once.
  autovacuum_naptime: '3s',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // The server's log must hold no patient data: neither statements, nor parameters, nor the key of a conflict.
  log_min_error_statement: 'panic',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_error_verbosity: 'terse',
  log_line_prefix: '%m [%p] ',
};

/** Command-line arguments for `postgres`. */
export function settingArguments(settings: ServerSettings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
