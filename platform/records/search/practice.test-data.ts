// A practice for the tests of search: two clinics and what all share, made of a seed, stored by the engine itself.

import { join } from 'node:path';
import { resourceTypes, typeNumber } from '@polyclinic/fhir';
import { compileExtractor, type IndexEntries, parseSearch, type SearchQuery } from '@polyclinic/fhir/search';
import { migrate } from '@polyclinic/postgres';
import { withPostgres } from '@polyclinic/testing';
import { createRecords } from '../create-records.ts';
import type { Records, Visibility } from '../types.ts';
import { r4SearchModel } from './r4-model.ts';

export interface Stored {
  readonly clinic: number;
  readonly type: string;
  readonly id: string;
  readonly index: IndexEntries;
  readonly resource: Readonly<Record<string, unknown>>;
}

/** Numbers that look random and are the same each time. */
export function seeded(seed: number) {
  let state = seed;
  const next = () => {
    state = (state * 1664525 + 1013904223) % 4294967296;
    return state / 4294967296;
  };
  return {
    next,
    below: (limit: number) => Math.floor(next() * limit),
    one: <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!,
    chance: (part: number) => next() < part,
  };
}

export const NOW = new Date('2026-11-21T12:00:00Z');
export const EVERYTHING: Visibility = { clinic: 1, patients: null };

/** A parsed search as a URL would bring it. */
export const parsed = (
  type: string,
  query: string,
  more: { cursor?: string; compartment?: SearchQuery['compartment']; types?: readonly string[] } = {},
): SearchQuery => ({
  ...parseSearch({
    types: more.types ?? [type],
    query,
    strict: true,
    now: () => NOW,
    base: 'http://here.example/fhir/R4',
    ...(more.compartment === undefined ? {} : { compartment: more.compartment }),
  }),
  ...(more.cursor === undefined ? {} : { cursor: more.cursor }),
});

const MIGRATIONS = join(import.meta.dirname, '../migrations');
const ELSEWHERE = new Set(['Practitioner', 'Organization', 'Location', 'PractitionerRole', 'CareTeam']);

/** An engine with two services' schemas on a database of its own. */
export async function engine() {
  const server = await withPostgres();
  const { pool } = await server.freshDatabase();
  for (const schema of ['patients', 'practitioners']) await migrate({ pool, schema, folders: [MIGRATIONS] });
  const numbered = (types: readonly string[]) => Object.fromEntries(types.map((type) => [type, typeNumber(type)!]));
  let tick = Date.parse('2026-11-01T00:00:00Z');
  const records = createRecords({
    stores: [
      {
        service: 'patients',
        schema: 'patients',
        types: numbered(resourceTypes.filter((type) => !ELSEWHERE.has(type))),
      },
      { service: 'practitioners', schema: 'practitioners', types: numbered([...ELSEWHERE]) },
    ],
    pool,
    model: r4SearchModel,
    now: () => {
      tick += 1;
      return new Date(tick);
    },
    cursorSecret: 'kept between tests',
  });
  return { pool, records };
}

/** Stores resources as the engine would on a PUT. */
export async function store(
  records: Records,
  clinic: number,
  resources: readonly Readonly<Record<string, unknown>>[],
): Promise<readonly Stored[]> {
  const stored = resources.map((resource) => {
    const type = String(resource['resourceType']);
    const id = String(resource['id']);
    return { clinic, type, id, resource, index: compileExtractor(type)(resource, id) };
  });
  for (const { type, id, index, resource } of stored) {
    const { resourceType, ...rest } = resource;
    const text = JSON.stringify({ ...rest, meta: undefined });
    await records.write({
      key: { clinic, type, id },
      expect: { kind: 'any' },
      author: 'Practitioner/test',
      body: { before: `{"resourceType":"${type}","meta":{`, after: `},${text.slice(1)}` },
      index,
    });
  }
  return stored;
}
