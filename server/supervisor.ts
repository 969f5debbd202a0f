// One machine: runs the database, keeps one worker per core alive, and stops everything in order.
import cluster, { type Worker } from 'node:cluster';
import type { Config } from './config.ts';
import { openDatabase } from './database.ts';
import type { Handover, ToSupervisor, ToWorker } from './messages.ts';
import { createMetricsExchange } from './metrics-exchange.ts';
import { onStopSignal } from './stop-signal.ts';
import { workloadKey } from './workload-key.ts';

/** Workers get this long to answer what they were asked; the database stops after them. */
const DRAIN_MS = 14_000;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
/** A worker that lived this long was well; the next crash is a new story. */
const WELL_AFTER_MS = 30_000;

export async function supervise(config: Config, say: (line: string) => void): Promise<void> {
  const stopping = new AbortController();
  const signal = onStopSignal(() => {
    stopping.abort();
    for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGKILL');
    database?.stopNow();
    process.exit(130);
  });
  let database: Awaited<ReturnType<typeof openDatabase>> | null = null;
  say('Preparing the database …');
  database = await openDatabase(config, say);
  const handover: Handover = {
    connection: database.connection,
    workloadKey: workloadKey(config.data, config.workloadKey),
    prepares: false,
  };
  const exchange = createMetricsExchange();
  // The pinned Node that runs this process runs the workers, whatever `node` means elsewhere.
  cluster.setupPrimary({ execArgv: process.execArgv, serialization: 'advanced' });

  const stopped = signal.then(async () => {
    stopping.abort();
    say('Stopping …');
    await stopWorkers();
    await database.stop();
    say('Stopped.');
  });

  const first = await Promise.race([
    launchWorker({ ...handover, prepares: true }, { say, exchange }),
    stopped.then(() => null),
  ]).catch(async (error: unknown) => {
    await database.stop();
    throw error;
  });
  if (first === null) return process.exit(0);
  keepAlive(first, handover, stopping.signal, { say, exchange });
  for (let more = 1; more < config.workers && !stopping.signal.aborted; more += 1)
    keepAlive(await launchWorker(handover, { say, exchange }), handover, stopping.signal, { say, exchange });
  if (!stopping.signal.aborted) {
    const { welcome } = await import('./welcome.ts');
    for (const line of welcome(config)) say(line);
    say('ready');
  }
  await stopped;
  process.exit(0);
}

interface Around {
  readonly say: (line: string) => void;
  readonly exchange: ReturnType<typeof createMetricsExchange>;
}

/** Starts a worker and waits until it serves. @throws Error with what it said when it ends before */
function launchWorker(handover: Handover, { say, exchange }: Around): Promise<Worker> {
  const worker = cluster.fork();
  return new Promise((ready, failed) => {
    let reason: string | null = null;
    worker.once('exit', (code, signal) =>
      failed(new Error(reason ?? `A worker ended before it was ready (${signal || `exit code ${code}`}).`)),
    );
    worker.on('message', (message: ToSupervisor) => {
      if (message.kind === 'ready') ready(worker);
      else if (message.kind === 'says') say(message.line);
      else if (message.kind === 'failed') reason = message.line;
      else exchange.hear(worker, message);
    });
    worker.once('online', () => tell(worker, { kind: 'start', handover }));
  });
}

/** Replaces the worker whenever it ends without being told to, waiting longer each time it does so early. */
function keepAlive(
  worker: Worker,
  handover: Handover,
  stopping: AbortSignal,
  around: Around,
  waitMs = FIRST_WAIT_MS,
): void {
  const startedAt = performance.now();
  const replace = (pauseMs: number) => {
    setTimeout(() => {
      if (stopping.aborted) return;
      launchWorker(handover, around).then(
        (next) => keepAlive(next, handover, stopping, around, Math.min(pauseMs * 2, LONGEST_WAIT_MS)),
        (error: unknown) => {
          if (stopping.aborted) return;
          around.say(`A worker could not be started: ${error instanceof Error ? error.message : String(error)}`);
          replace(Math.min(pauseMs * 2, LONGEST_WAIT_MS));
        },
      );
    }, pauseMs);
  };
  worker.once('exit', (code, signal) => {
    if (stopping.aborted) return;
    around.say(`A worker ended (${signal || `exit code ${code}`}); starting another one.`);
    replace(performance.now() - startedAt > WELL_AFTER_MS ? FIRST_WAIT_MS : waitMs);
  });
}

async function stopWorkers(): Promise<void> {
  const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined);
  await Promise.all(
    workers.map(
      (worker) =>
        new Promise<void>((gone) => {
          if (worker.isDead()) return gone();
          const timer = setTimeout(() => worker.process.kill('SIGKILL'), DRAIN_MS);
          worker.once('exit', () => {
            clearTimeout(timer);
            gone();
          });
          tell(worker, { kind: 'stop' });
        }),
    ),
  );
}

function tell(worker: Worker, message: ToWorker): void {
  // A worker that just died can't be told; its exit is handled where it is watched.
  worker.send(message, (error) => void error);
}
