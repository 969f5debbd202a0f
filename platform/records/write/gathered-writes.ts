// The write queue of one store: writes that arrive while a statement is under way leave together in the next one, each
// with its own outcome. Writes of one key keep their order and are never in two batches at once.
import { Refusal, refuse } from '@polyclinic/kit';
import { isWorthRepeating, type Pool, type PooledConnection } from '@polyclinic/postgres';
import { unfit } from '../gather.ts';
import type { Store } from '../stores.ts';
import type { WriteItem, WriteOutcome } from '../types.ts';
import { applyWrites } from './apply-writes.ts';
import { isLockTimeout, refusalForData } from './data-errors.ts';
import { type Dictionary, isEmpty } from './dictionary.ts';
import { type HeadMemory, keyText } from './heads.ts';
import type { PlannedWrite } from './planned-write.ts';
import { writePlanned } from './write-statement.ts';

export interface GatheredWritesOptions {
  readonly pool: Pool;
  readonly store: Store;
  readonly memory: HeadMemory;
  readonly dictionary: Dictionary;
  readonly now: () => Date;
}

// A longer batch is a longer wait for its first; a bigger one would not fit the server's working memory.
const BATCH_ITEMS = 500;
const BATCH_CHARACTERS = 4_000_000;
// Two keep the database busy while the next batch is being written.
const IN_FLIGHT = 2;
// More would time out before their turn; refusing early keeps the rest quick.
const QUEUE_ITEMS = 5_000;
const QUEUE_CHARACTERS = 64_000_000;

interface Waiting {
  readonly item: WriteItem;
  readonly key: string;
  readonly size: number;
  readonly resolve: (outcome: WriteOutcome) => void;
  readonly reject: (error: Error) => void;
}

/** @returns the function that writes one item */
export function createGatheredWrites(options: GatheredWritesOptions): (item: WriteItem) => Promise<WriteOutcome> {
  const { pool } = options;
  const queue: Waiting[] = [];
  const busy = new Set<string>();
  let queued = 0;
  let underWay = 0;
  let fetching = false;

  function cut(): Waiting[] {
    const batch: Waiting[] = [];
    const keys = new Set<string>();
    let size = 0;
    let kept = 0;
    for (const waiting of queue) {
      const full = batch.length === BATCH_ITEMS || (batch.length > 0 && size + waiting.size > BATCH_CHARACTERS);
      if (full || busy.has(waiting.key)) {
        queue[kept++] = waiting;
        // Nobody of the same key may overtake it.
        if (full) break;
        continue;
      }
      size += waiting.size;
      keys.add(waiting.key);
      batch.push(waiting);
    }
    queue.splice(0, queue.length, ...queue.slice(0, kept), ...queue.slice(kept + batch.length));
    for (const key of keys) busy.add(key);
    queued -= size;
    return batch;
  }

  async function carry(): Promise<void> {
    let connection: PooledConnection;
    try {
      connection = await pool.connect();
    } catch (error) {
      fetching = false;
      queued = 0;
      for (const waiting of queue.splice(0)) waiting.reject(error as Error);
      return;
    }
    fetching = false;
    const batch = cut();
    start();
    let broken: Error | undefined;
    try {
      await writeBatch(options, connection, batch);
    } catch (error) {
      // Whatever was settled before stays settled: rejecting a promise twice does nothing.
      broken = unfit(error);
      if (broken !== undefined) options.memory.forget();
      for (const { reject } of batch) reject(error as Error);
    } finally {
      connection.release(broken);
      for (const { key } of batch) busy.delete(key);
    }
  }

  function start(): void {
    if (fetching || underWay >= IN_FLIGHT || !queue.some(({ key }) => !busy.has(key))) return;
    underWay++;
    fetching = true;
    void carry().finally(() => {
      underWay--;
      start();
    });
  }

  return (item) =>
    new Promise((resolve, reject) => {
      const size = item.body === null ? 0 : item.body.before.length + item.body.after.length;
      if (queue.length >= QUEUE_ITEMS || (queue.length > 0 && queued + size > QUEUE_CHARACTERS)) {
        reject(refuse('transient', 'Too many writes are waiting for the database; try again.'));
        return;
      }
      queued += size;
      queue.push({ item, key: keyText(item.key), size, resolve, reject });
      start();
    });
}

async function writeBatch(options: GatheredWritesOptions, connection: PooledConnection, waiting: readonly Waiting[]) {
  const { store, memory, now } = options;
  const batch = await learn(options.dictionary, connection, waiting);
  if (batch.length === 0) return;
  await applyWrites(
    {
      ...{ sql: connection, store, memory, now },
      write: (planned) => writeApart(connection, store, planned),
      settle: (n, outcome) => {
        if (outcome instanceof Error) batch[n]?.reject(outcome);
        else batch[n]?.resolve(outcome);
      },
    },
    batch.map(({ item }) => item),
  );
}

/** Adds the batch's new codings and texts to the dictionary. @returns the batch without those it can't hold */
async function learn(
  dictionary: Dictionary,
  connection: PooledConnection,
  batch: readonly Waiting[],
): Promise<readonly Waiting[]> {
  const unknown = dictionary.unknown(batch.flatMap(({ item }) => (item.index === null ? [] : [item.index])));
  if (isEmpty(unknown)) return batch;
  try {
    await dictionary.learn(connection, unknown);
    return batch;
  } catch (error) {
    const refusal = refusalForData(error);
    if (refusal === null) throw error;
    if (batch.length > 1) {
      const kept: Waiting[] = [];
      for (const one of batch) kept.push(...(await learn(dictionary, connection, [one])));
      return kept;
    }
    batch[0]?.reject(refusal);
    return [];
  }
}

/** Writes together what can be; where the statement fails for what is in it, halves it until the culprit stands alone. */
async function writeApart(
  connection: PooledConnection,
  store: Store,
  planned: readonly PlannedWrite[],
): Promise<readonly (string | null | Error)[]> {
  try {
    return await writePlanned(connection, store, planned);
  } catch (error) {
    const cause = error instanceof Refusal && error.cause !== undefined ? error.cause : error;
    const refusal = refusalForData(cause);
    // A failed statement left nothing behind, so its parts may be tried again where a single key stood in the way.
    const blocked = isWorthRepeating(cause) || isLockTimeout(cause);
    if (refusal === null && !blocked) throw error;
    if (planned.length === 1) return [refusal ?? (error as Error)];
    const middle = planned.length >> 1;
    return [
      ...(await writeApart(connection, store, planned.slice(0, middle))),
      ...(await writeApart(connection, store, planned.slice(middle))),
    ];
  }
}
