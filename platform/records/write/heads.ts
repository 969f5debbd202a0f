// What the newest version of a key is. Heads seen lately are remembered: a remembered one may be behind, never ahead,
// and then the log's unique (clinic, type, id, version) turns the write away; so a memory saves the look-up but decides
// nothing for good.
import type { Sql } from '@polyclinic/postgres';
import { LRUCache } from 'lru-cache';
import { plainArray, textArray } from '../pg-array.ts';
import { numberOf, type Store } from '../stores.ts';
import type { Key } from '../types.ts';
import type { Head } from './decide.ts';

/** A key as text, for maps. Types have no slash, ids neither. */
export const keyText = ({ clinic, type, id }: Key): string => `${clinic}/${type}/${id}`;

export interface HeadMemory {
  get(key: string): Head | undefined;
  set(key: string, head: Head): void;
  /** After the database was lost: it may come back as a copy that is behind. */
  forget(): void;
}

// Enough for everything written within some seconds; about 5 MB.
const REMEMBERED = 20_000;

export function createHeadMemory(): HeadMemory {
  const memory = new LRUCache<string, Head>({ max: REMEMBERED });
  return {
    get: (key) => memory.get(key),
    forget: () => memory.clear(),
    set(key, head) {
      // Two batches may report out of order.
      const known = memory.peek(key);
      if (known === undefined || known.version < head.version) memory.set(key, head);
    },
  };
}

type HeadRow = readonly [n: number, version: number, deleted: boolean, fingerprint: string, at: number];

/** The heads of keys of one store as they are committed now; null where there never was one. */
export async function readHeads(sql: Sql, store: Store, keys: readonly Key[]): Promise<Map<string, Head | null>> {
  const heads = new Map<string, Head | null>(keys.map((key) => [keyText(key), null]));
  const { rows } = await sql.query<HeadRow>({
    name: `heads ${store.service}`,
    text: `
      select k.n::int4, l.version, l.operation = 'd', l.fingerprint::text, (extract(epoch from l.at) * 1000)::float8
      from unnest($1::int4[], $2::int2[], $3::text[]) with ordinality k(clinic, type, id, n)
      cross join lateral (
        select l.version, l.operation, l.fingerprint, l.at from ${store.schema}.log l
        where l.clinic = k.clinic and l.type = k.type and l.id = k.id
        order by l.version desc limit 1
      ) l`,
    values: [
      plainArray(keys.map(({ clinic }) => clinic)),
      plainArray(keys.map(({ type }) => numberOf(store, type))),
      textArray(keys.map(({ id }) => id)),
    ],
    rowMode: 'array',
  });
  for (const [n, version, deleted, fingerprint, at] of rows)
    heads.set(keyText(keys[n - 1] as Key), { version, deleted, fingerprint, at });
  return heads;
}
