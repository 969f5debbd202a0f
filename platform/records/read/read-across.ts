// Reads keys whose types live in several stores.
import type { Sql } from '@polyclinic/postgres';
import type { Stores } from '../stores.ts';
import type { Key, Version, Visibility } from '../types.ts';
import { type CompartmentOf, type ReadRequest, readLatest } from './read-latest.ts';

/** The latest version of each key, in the order of the keys. */
export async function readAcross(
  sql: Sql,
  stores: Stores,
  keys: readonly Key[],
  visibility: Visibility,
  compartmentOf: CompartmentOf,
): Promise<readonly (Version | null)[]> {
  const answers = new Array<Version | null>(keys.length).fill(null);
  const numbers = Map.groupBy(keys.keys(), (n) => stores.of((keys[n] as Key).type));
  for (const [store, some] of numbers) {
    const requests = some.map((n): ReadRequest => ({ key: keys[n] as Key, visibility }));
    const versions = await readLatest(sql, store, requests, compartmentOf);
    some.forEach((n, s) => {
      answers[n] = versions[s] ?? null;
    });
  }
  return answers;
}
