// Keeps the embedded server up: when it dies without being asked to, it is started again and recovers by itself.
import { setTimeout as pause } from 'node:timers/promises';
import { type EmbeddedOptions, type EmbeddedServer, startEmbedded } from './embedded.ts';

export interface KeptServer {
  readonly connection: EmbeddedServer['connection'];
  readonly cluster: string;
  /** The process number of the server that runs now. */
  readonly pid: () => number;
  /** How often it was started again. */
  readonly restarts: () => number;
  stop(): Promise<void>;
}

const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 5_000;

/** Starts the server and restarts it whenever it dies, waiting longer after each failed attempt. */
export async function keepRunning(options: EmbeddedOptions): Promise<KeptServer> {
  const report = options.report ?? (() => {});
  const stopping = new AbortController();
  let server = await startEmbedded(options);
  let restarts = 0;
  const watch = (async () => {
    for (;;) {
      const { code, signal } = await server.gone;
      if (stopping.signal.aborted) return;
      report(`the database server died (${signal ?? `exit code ${code}`}); starting it again`);
      const next = await restart(options, stopping.signal, report);
      if (next === null) return;
      server = next;
      restarts += 1;
      report('the database server is back');
    }
  })();
  return {
    connection: (database) => server.connection(database),
    cluster: server.cluster,
    pid: () => server.pid,
    restarts: () => restarts,
    stop: async () => {
      stopping.abort();
      await server.stop();
      await watch;
      // A restart may have been under way when the stop came.
      await server.stop();
    },
  };
}

// Never gives up before it is told to: a full disk that somebody empties must not need a second restart by hand.
async function restart(
  options: EmbeddedOptions,
  stopping: AbortSignal,
  report: (message: string) => void,
): Promise<EmbeddedServer | null> {
  for (let waitMs = FIRST_WAIT_MS; !stopping.aborted; waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS)) {
    try {
      const server = await startEmbedded(options);
      if (!stopping.aborted) return server;
      await server.stop();
      return null;
    } catch (error) {
      report(`the database server could not be started: ${error instanceof Error ? error.message : String(error)}`);
    }
    await pause(waitMs, undefined, { signal: stopping }).catch(() => {});
  }
  return null;
}
