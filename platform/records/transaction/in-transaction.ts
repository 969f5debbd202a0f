// Reads and writes of several resources that share one database transaction.
import { createHash } from 'node:crypto';
import type { Pool, Sql } from '@polyclinic/postgres';
import { plainArray } from '../pg-array.ts';
import { readAcross } from '../read/read-across.ts';
import type { CompartmentOf } from '../read/read-latest.ts';
import type { Search } from '../search/index.ts';
import type { Store, Stores } from '../stores.ts';
import type { RecordsTransaction, WriteItem, WriteOutcome } from '../types.ts';
import { applyWrites } from '../write/apply-writes.ts';
import { refusalForData } from '../write/data-errors.ts';
import type { Head } from '../write/decide.ts';
import { type Dictionary, isEmpty } from '../write/dictionary.ts';
import { type HeadMemory, keyText } from '../write/heads.ts';
import { writePlanned } from '../write/write-statement.ts';

/** What an engine holds for each of its stores. */
export interface StoreState {
  readonly memory: HeadMemory;
  readonly dictionary: Dictionary;
}

export interface TransactionSetting {
  readonly pool: Pool;
  readonly stores: Stores;
  readonly stateOf: (store: Store) => StoreState;
  readonly compartmentOf: CompartmentOf;
  readonly search: Search;
  readonly now: () => Date;
}

// As in the gathered writes: more at once would not fit the server's working memory.
const CHUNK_ITEMS = 500;
const CHUNK_CHARACTERS = 4_000_000;

/** @returns the transaction as callers see it, and what to do once it is committed */
export function inTransaction(
  setting: TransactionSetting,
  sql: Sql,
): { tx: RecordsTransaction; committed: () => void } {
  const { stores, stateOf, compartmentOf } = setting;
  const overlays = new Map<Store, Overlay>();
  const overlayOf = (store: Store) => {
    const known = overlays.get(store);
    if (known !== undefined) return known;
    const overlay = createOverlay(stateOf(store).memory);
    overlays.set(store, overlay);
    return overlay;
  };
  const tx: RecordsTransaction = {
    async lock(names) {
      // Sorted, so that two transactions that need the same locks never wait for each other crosswise.
      const hashes = [...new Set(names.map(lockNumber))].sort();
      await sql.query({
        name: 'lock names',
        text: 'select pg_advisory_xact_lock(u.name) from unnest($1::int8[]) with ordinality u(name, n) order by u.n',
        values: [plainArray(hashes)],
      });
    },
    read: (keys, visibility) => readAcross(sql, stores, keys, visibility, compartmentOf),
    search: (query, visibility) => setting.search.page(sql, query, visibility),
    findIds: (queries, visibility) => setting.search.findIds(sql, queries, visibility),
    async write(items) {
      const outcomes = new Array<WriteOutcome>(items.length);
      for (const [store, numbers] of byStore(stores, items))
        for (const chunk of chunks(numbers, items))
          await writeChunk(setting, sql, store, overlayOf(store), items, chunk, outcomes);
      return outcomes;
    },
  };
  const committed = () => {
    for (const overlay of overlays.values()) overlay.publish();
  };
  return { tx, committed };
}

async function writeChunk(
  setting: TransactionSetting,
  sql: Sql,
  store: Store,
  memory: HeadMemory,
  items: readonly WriteItem[],
  chunk: readonly number[],
  outcomes: WriteOutcome[],
): Promise<void> {
  const picked = chunk.map((n) => items[n] as WriteItem);
  try {
    await learnApart(setting, store, picked);
    await applyWrites(
      {
        ...{ sql, store, memory, now: setting.now },
        write: (planned) => writePlanned(sql, store, planned),
        settle: (c, outcome) => {
          if (outcome instanceof Error) throw outcome;
          outcomes[chunk[c] as number] = outcome;
        },
      },
      picked,
    );
  } catch (error) {
    throw refusalForData(error) ?? error;
  }
}

// On a connection of its own: what is learnt stays learnt, and nobody waits for this transaction over a common code.
async function learnApart(
  { pool, stateOf }: TransactionSetting,
  store: Store,
  items: readonly WriteItem[],
): Promise<void> {
  const { dictionary } = stateOf(store);
  const unknown = dictionary.unknown(items.flatMap(({ index }) => (index === null ? [] : [index])));
  if (!isEmpty(unknown)) await dictionary.learn(pool, unknown);
}

interface Overlay extends HeadMemory {
  /** Makes what was written known to everybody. */
  publish(): void;
}

/** Remembers what this transaction wrote, for itself alone until it is committed. */
function createOverlay(shared: HeadMemory): Overlay {
  const own = new Map<string, Head>();
  return {
    get: (key) => own.get(key) ?? shared.get(key),
    set: (key, head) => own.set(key, head),
    forget: () => own.clear(),
    publish() {
      for (const [key, head] of own) shared.set(key, head);
    },
  };
}

/** Item numbers per store, stores in the engine's order, items in the order of their keys. */
function byStore(stores: Stores, items: readonly WriteItem[]): [Store, number[]][] {
  const keys = items.map(({ key }) => keyText(key));
  const numbers = items.map((_, n) => n);
  // Stable: what concerns one key stays in order.
  numbers.sort((a, b) => ((keys[a] as string) < (keys[b] as string) ? -1 : keys[a] === keys[b] ? a - b : 1));
  const groups = Map.groupBy(numbers, (n) => stores.of((items[n] as WriteItem).key.type));
  return [...groups].sort(([a], [b]) => a.place - b.place);
}

function* chunks(numbers: readonly number[], items: readonly WriteItem[]): Generator<number[]> {
  let chunk: number[] = [];
  let size = 0;
  for (const n of numbers) {
    const { body } = items[n] as WriteItem;
    const own = body === null ? 0 : body.before.length + body.after.length;
    if (chunk.length === CHUNK_ITEMS || (chunk.length > 0 && size + own > CHUNK_CHARACTERS)) {
      yield chunk;
      [chunk, size] = [[], 0];
    }
    chunk.push(n);
    size += own;
  }
  if (chunk.length > 0) yield chunk;
}

function lockNumber(name: string): string {
  return createHash('sha256').update(`polyclinic.lock ${name}`).digest().readBigInt64BE().toString();
}
