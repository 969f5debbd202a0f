// The one appender of a deployment: of all processes that run the audit service, the one that holds the lock works.
import { createPace } from '@polyclinic/audit-trail';
import { type Pool, transaction } from '@polyclinic/postgres';

export interface AppenderOptions {
  readonly pool: Pool;
  /** One round of work; returns whether there may be more at once. */
  readonly round: (signal: AbortSignal) => Promise<boolean>;
  readonly onTrouble: (error: unknown) => void;
  readonly pauseMs?: { readonly idle: number; readonly longest: number };
}

export interface Appender {
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

const PAUSES = { idle: 300, longest: 1_000 };
/** Any number that nothing else locks: the letters `audit`. */
const LOCK = '418566367604';

export function runAppender({ pool, round, onTrouble, pauseMs = PAUSES }: AppenderOptions): Appender {
  const stopping = new AbortController();
  const pace = createPace();

  async function follow(): Promise<void> {
    let idle = pauseMs.idle;
    while (!stopping.signal.aborted) {
      let rest = idle;
      try {
        const began = performance.now();
        const more = await aloneDo(pool, () => round(stopping.signal));
        if (more) {
          idle = pauseMs.idle;
          // After a large change the trail comes behind it, not beside it with all its might.
          rest = pace(performance.now() - began);
        } else idle = Math.min(idle * 1.5, pauseMs.longest);
      } catch (error) {
        // The database or the way to another service: they come back.
        onTrouble(error);
        rest = pauseMs.longest;
      }
      await pause(rest, stopping.signal);
    }
  }

  const following = follow();
  return {
    async stop() {
      stopping.abort();
      await following;
    },
  };
}

// The lock's transaction changes nothing, so it has no number that readers of the logs would have to wait for.
function aloneDo(pool: Pool, round: () => Promise<boolean>): Promise<boolean> {
  return transaction(pool, async (sql) => {
    const { rows } = await sql.query<{ mine: boolean }>('select pg_try_advisory_xact_lock($1::int8) as mine', [LOCK]);
    return rows[0]?.mine === true ? round() : false;
  });
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
