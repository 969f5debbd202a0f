// What the tests of this folder share: a fresh engine over two services' stores, and resources to put into it.
import { join } from 'node:path';
import { after } from 'node:test';
import { typeNumber } from '@polyclinic/fhir';
import type { IndexEntries } from '@polyclinic/fhir/search';
import { type Connection, createPool, migrate, type Pool } from '@polyclinic/postgres';
import { withPostgres } from '@polyclinic/testing';
import { createRecords } from './create-records.ts';
import type { Expectation, Key, Records, Visibility, WriteItem } from './types.ts';

export const EVERYBODY: Visibility = { clinic: 1, patients: null };

export const STORES = [
  { service: 'patients', schema: 'patients', types: numbered('Patient', 'Observation') },
  { service: 'practitioners', schema: 'practitioners', types: numbered('Organization', 'Questionnaire') },
];

function numbered(...types: string[]): Record<string, number> {
  return Object.fromEntries(types.map((type) => [type, typeNumber(type) as number]));
}

export interface Fixture {
  readonly records: Records;
  readonly pool: Pool;
  readonly connection: Connection;
  /** Another process, as it were: the same database, an engine and connections of its own. */
  another(connections?: number): { readonly records: Records; readonly pool: Pool };
}

export async function migrateStores(pool: Pool): Promise<void> {
  for (const { schema } of STORES) await migrate({ pool, schema, folders: [join(import.meta.dirname, 'migrations')] });
}

export async function withRecords(now: () => Date = () => new Date()): Promise<Fixture> {
  const server = await withPostgres();
  const { pool, connection } = await server.freshDatabase(migrateStores);
  const engine = (over: Pool) => createRecords({ stores: STORES, pool: over, now, cursorSecret: 'test' });
  return {
    records: engine(pool),
    pool,
    connection,
    another: (connections = 4) => {
      const own = createPool({ connection, name: 'another', max: connections });
      after(() => own.end());
      return { records: engine(own), pool: own };
    },
  };
}

export const key = (type: string, id: string, clinic = 1): Key => ({ clinic, type, id });

export const ANY: Expectation = { kind: 'any' };
export const ABSENT: Expectation = { kind: 'absent' };
export const version = (number: number): Expectation => ({ kind: 'version', version: number });

/** A write of a small resource; `rest` is JSON text such as `"value":1.10`. */
export function put(to: Key, expect: Expectation = ANY, rest = '', index: Partial<IndexEntries> = {}): WriteItem {
  const before = `{"resourceType":"${to.type}","id":"${to.id}","meta":{`;
  return {
    key: to,
    expect,
    author: 'Practitioner/a',
    body: { before, after: `}${rest && `,${rest}`}}` },
    index: entries(index),
  };
}

export function remove(from: Key, expect: Expectation = ANY): WriteItem {
  return { key: from, expect, author: 'Practitioner/a', body: null, index: null };
}

/** Index entries with everything empty but what is given. */
export function entries(given: Partial<IndexEntries>): IndexEntries {
  return {
    ...{ patient: null, patients: given.patient ? [given.patient] : [], date: '-infinity', dateEnd: 'infinity' },
    ...{ code: null, category: null, extra: [], terms: [], present: '0', strings: [], identifiers: [], references: [] },
    ...{ dates: [], quantities: [], composites: [], tokensSeen: [], textsSeen: [], fingerprint: '1' },
    ...given,
  };
}
