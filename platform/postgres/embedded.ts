// A real PostgreSQL 18 as a child of this process, on a folder of its own: nothing to install, nothing to set up.
// https://www.postgresql.org/docs/18/server-start.html
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ADMIN, clusterPassword, ensureCluster } from './cluster.ts';
import type { Connection } from './connection.ts';
import { ensureDatabase } from './database.ts';
import { claimFolder, stopLeftover, stopProcess } from './owner.ts';
import { SERVER_SETTINGS, type ServerSettings, settingArguments } from './settings.ts';
import { type Whereabouts, whereabouts } from './whereabouts.ts';

export interface EmbeddedOptions {
  /** Usually `<data>/postgres`. */
  readonly folder: string;
  /** Also listen on 127.0.0.1 at this port, for people's own tools. Own connections use the socket. */
  readonly port?: number;
  readonly settings?: ServerSettings;
  readonly report?: (message: string) => void;
}

export interface EmbeddedServer {
  readonly pid: number;
  /** The folder that holds the data: the one asked for, or its stand-in where that one can't be reached. */
  readonly cluster: string;
  /** Resolves when the server process is gone, whether stopped or died. */
  readonly gone: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  connection(database?: string): Connection;
  /** Fast shutdown: open transactions roll back, everything committed is on disk. */
  stop(): Promise<void>;
}

const SOCKET_PORT = 5432;
const LOG_LIMIT_BYTES = 10_000_000;

/** Starts the server and waits until it takes connections; recovers from whatever happened to the last one. */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const report = options.report ?? (() => {});
  const folder = resolve(options.folder);
  const at = whereabouts(folder, report);
  claimFolder(at.cluster);
  const password = clusterPassword(folder);
  await ensureCluster(at, password, report);
  const formerPid = await stopLeftover(at.cluster, report);
  if (options.port !== undefined) await checkPortFree(options.port);
  const port = options.port ?? SOCKET_PORT;
  const socketFolder = prepareSocketFolder(at, port);
  const log = `${folder}.log`;
  const child = launch(at, { socketFolder, port, log, formerPid, options });
  const gone = new Promise<Awaited<EmbeddedServer['gone']>>((done) =>
    child.once('close', (code, signal) => done({ code, signal })),
  );
  await becomesReady(child, at.cluster, log, report);
  const connection = (database = ADMIN): Connection => ({ host: socketFolder, port, user: ADMIN, password, database });
  await ensureDatabase(connection('postgres'), ADMIN);
  const pid = child.pid!;
  return {
    pid,
    cluster: at.cluster,
    gone,
    connection,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) await stopProcess(pid);
      await gone;
    },
  };
}

// A socket's path may have 107 characters; a deep data folder gets a short one under /tmp, its own by hash.
function prepareSocketFolder({ cluster, account }: Whereabouts, port: number): string {
  const short = `/tmp/polyclinic-${createHash('sha256').update(cluster).digest('hex').slice(0, 12)}`;
  const folder = cluster.length <= 80 ? cluster : short;
  if (folder === short) {
    mkdirSync(short, { recursive: true, mode: 0o700 });
    const owner = statSync(short).uid;
    if (owner !== process.getuid?.() && owner !== account?.uid)
      throw new Error(`${short} belongs to another user, so the database's socket can't be put there.`);
    chmodSync(short, 0o700);
    if (account !== null) chownSync(short, account.uid, account.gid);
  }
  // No server runs on this data folder, and nobody else uses this socket folder: what lies here is left over.
  for (const leftover of [`.s.PGSQL.${port}`, `.s.PGSQL.${port}.lock`]) rmSync(join(folder, leftover), { force: true });
  return folder;
}

function launch(
  { cluster, account, programs }: Whereabouts,
  {
    socketFolder,
    port,
    log,
    formerPid,
    options,
  }: {
    socketFolder: string;
    port: number;
    log: string;
    formerPid: number | null;
    options: EmbeddedOptions;
  },
): ChildProcess {
  if ((statSync(log, { throwIfNoEntry: false })?.size ?? 0) > LOG_LIMIT_BYTES) renameSync(log, `${log}.1`);
  const output = openSync(log, 'a', 0o600);
  try {
    return spawn(
      programs.postgres,
      [
        ...['-D', cluster, '-k', socketFolder, '-p', String(port)],
        ...['-c', `listen_addresses=${options.port === undefined ? '' : '127.0.0.1'}`],
        ...settingArguments({ ...SERVER_SETTINGS, ...options.settings }),
      ],
      {
        ...account,
        // Ctrl-C in a terminal must reach the platform only: it stops the database last.
        detached: true,
        cwd: '/',
        stdio: ['ignore', output, output],
        env: {
          LC_ALL: 'C',
          // The number in postmaster.pid may be a zombie's or a stranger's by now. PostgreSQL then ignores it but still
          // makes sure that nothing is attached to the old shared memory, which deleting the file would skip.
          ...(formerPid === null ? {} : { PG_GRANDPARENT_PID: String(formerPid) }),
        },
      },
    );
  } finally {
    closeSync(output);
  }
}

const RECOVERY_LIMIT_MS = 600_000;

// The eighth line of postmaster.pid says `ready` once connections are taken; after a crash that is after recovery.
async function becomesReady(
  child: ChildProcess,
  cluster: string,
  log: string,
  report: (message: string) => void,
): Promise<void> {
  let failed: Error | null = null;
  child.once('error', (error) => (failed = error));
  const from = existsSync(log) ? statSync(log).size : 0;
  for (let waitedMs = 0; waitedMs < RECOVERY_LIMIT_MS; waitedMs += 10) {
    if (failed !== null) throw failed;
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`PostgreSQL did not start on ${cluster}:\n${readFileSync(log).subarray(from).toString().trim()}`);
    const lines = existsSync(join(cluster, 'postmaster.pid'))
      ? readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n')
      : [];
    if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return;
    if (waitedMs > 0 && waitedMs % 5_000 === 0) report('the database is still recovering');
    await pause(10);
  }
  child.kill('SIGQUIT');
  throw new Error(`PostgreSQL was not ready on ${cluster} after ${RECOVERY_LIMIT_MS / 1000} s; see ${log}`);
}

function checkPortFree(port: number): Promise<void> {
  return new Promise((free, taken) => {
    const probe = connect({ host: '127.0.0.1', port });
    probe.once('connect', () => {
      probe.destroy();
      taken(new Error(`Port ${port} on 127.0.0.1 is taken by another program; the database can't listen there.`));
    });
    probe.once('error', () => free());
  });
}
