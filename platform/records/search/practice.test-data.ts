// A practice for the tests of search: two clinics and what all share, made of a seed, stored by the engine itself.

import { join } from 'node:path';
import { resourceTypes, typeNumber } from '@polyclinic/fhir';
import { compileExtractor, type IndexEntries, parseSearch, type SearchQuery } from '@polyclinic/fhir/search';
import { migrate, type Pool } from '@polyclinic/postgres';
import { withPostgres } from '@polyclinic/testing';
import { createRecords, type RecordsEngine } from '../create-records.ts';
import type { Records, RemoteRecords, Visibility } from '../types.ts';
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

const numbered = (types: readonly string[]) => Object.fromEntries(types.map((type) => [type, typeNumber(type)!]));
const PATIENTS = {
  service: 'patients',
  schema: 'patients',
  types: numbered(resourceTypes.filter((type) => !ELSEWHERE.has(type))),
};
const PRACTITIONERS = { service: 'practitioners', schema: 'practitioners', types: numbered([...ELSEWHERE]) };

/** An engine with two services' schemas on a database of its own. */
export async function engine() {
  const server = await withPostgres();
  const { pool } = await server.freshDatabase();
  for (const schema of ['patients', 'practitioners']) await migrate({ pool, schema, folders: [MIGRATIONS] });
  let tick = Date.parse('2026-11-01T00:00:00Z');
  const now = () => {
    tick += 1;
    return new Date(tick);
  };
  const records = createRecords({
    stores: [PATIENTS, PRACTITIONERS],
    pool,
    model: r4SearchModel,
    now,
    cursorSecret: 'kept',
  });
  return { pool, records };
}

/** The same records as two engines see them, each with one of the services and the other one far away. */
export function apart(pool: Pool) {
  const engines: RecordsEngine[] = [];
  const other = (at: number): RemoteRecords => ({
    owns: (type) => engines[1 - at]!.types.has(type),
    ids: (query, visibility, limit) => engines[1 - at]!.forOthers.ids(query, visibility, limit),
    pointedTo: (query, code, visibility, limit) => engines[1 - at]!.forOthers.pointedTo(query, code, visibility, limit),
    readMany: (references, visibility) => engines[1 - at]!.forOthers.readMany(references, visibility),
    pointingTo: (type, code, references, visibility, limit) =>
      engines[1 - at]!.forOthers.pointingTo(type, code, references, visibility, limit),
  });
  for (const [at, store] of [PATIENTS, PRACTITIONERS].entries())
    engines.push(
      createRecords({
        stores: [store],
        pool,
        model: r4SearchModel,
        now: () => NOW,
        cursorSecret: 'kept',
        remote: other(at),
      }),
    );
  return (type: string): Records => engines.find(({ types }) => types.has(type))!;
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
