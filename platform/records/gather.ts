// Lets requests that arrive while a round trip is under way leave together in the next one. Under light load nothing
// waits: whoever comes first leaves at once.

import { refuse } from '@polyclinic/kit';
import { isConnectionTrouble, type Pool, type PooledConnection } from '@polyclinic/postgres';

export interface Gathering<Request, Answer> {
  readonly pool: Pool;
  /** The most requests in one batch: beyond some hundreds a longer batch is only a longer wait. */
  readonly most: number;
  /** Batches under way at once. Two keep the database busy while the next is being written; more only make them smaller. */
  readonly inFlight: number;
  /** The most requests waiting; more are refused, because they would time out anyhow. */
  readonly waiting: number;
  /** One answer per request, in order; throwing rejects them all. */
  readonly run: (connection: PooledConnection, requests: readonly Request[]) => Promise<readonly Answer[]>;
}

interface Waiter<Request, Answer> {
  readonly request: Request;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}

/** @returns what each caller calls with its own request */
export function createGatherer<Request, Answer>(
  gathering: Gathering<Request, Answer>,
): (request: Request) => Promise<Answer> {
  const { pool, most, inFlight, waiting, run } = gathering;
  let queue: Waiter<Request, Answer>[] = [];
  let underWay = 0;
  let fetching = false;

  async function carry(): Promise<void> {
    let connection: PooledConnection;
    try {
      connection = await pool.connect();
    } catch (error) {
      fetching = false;
      for (const waiter of queue.splice(0)) waiter.reject(error);
      return;
    }
    fetching = false;
    // Cut only now: whatever came while a connection was awaited travels too.
    const batch = queue.length <= most ? queue : queue.slice(0, most);
    queue = queue.length <= most ? [] : queue.slice(most);
    start();
    let broken: Error | undefined;
    try {
      const answers = await run(
        connection,
        batch.map(({ request }) => request),
      );
      for (let i = 0; i < batch.length; i++) batch[i]?.resolve(answers[i] as Answer);
    } catch (error) {
      broken = unfit(error);
      for (const waiter of batch) waiter.reject(error);
    } finally {
      connection.release(broken);
    }
  }

  function start(): void {
    if (fetching || underWay >= inFlight || queue.length === 0) return;
    underWay++;
    fetching = true;
    void carry().finally(() => {
      underWay--;
      start();
    });
  }

  return (request) =>
    new Promise((resolve, reject) => {
      if (queue.length >= waiting) {
        reject(refuse('transient', 'Too many requests are waiting for the database; try again.'));
        return;
      }
      queue.push({ request, resolve, reject });
      start();
    });
}

/** The error that makes a connection unfit for the next caller; undefined where only its statement failed. */
export function unfit(error: unknown): Error | undefined {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return isConnectionTrouble(cause) ? (cause as Error) : undefined;
}
