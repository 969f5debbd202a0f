// What the tests of this folder share: the API over a real engine, in one process or as if in two.
import { randomUUID } from 'node:crypto';
import { resourceTypes, typeNumber } from '@polyclinic/fhir';
import type { Subject } from '@polyclinic/kit';
import { migrate, type Pool } from '@polyclinic/postgres';
import { createRecords, recordsMigrations } from '@polyclinic/records';
import { withPostgres } from '@polyclinic/testing';
import { createFhirApi, type FhirApi } from './api.ts';
import type { FhirResponse } from './exchange.ts';
import type { FhirSettings } from './parts.ts';

export const BASE = 'http://clinic.example/fhir/R4';

export const SYSTEM: Subject = {
  id: 'system',
  client: 'test',
  clinic: 1,
  roles: ['system'],
  scopes: ['system/*.cruds'],
};

/** All of R4 in two services, so that every test crosses a border between schemas. */
export const OWNERS: ReadonlyMap<string, string> = new Map(
  resourceTypes.map((type) => [
    type,
    /^(Practitioner|Organization|Location)/.test(type) ? 'practitioners' : 'patients',
  ]),
);

export const storesOf = (services: readonly string[]) =>
  services.map((service) => ({
    service,
    schema: service,
    types: Object.fromEntries(
      [...OWNERS].filter(([, owner]) => owner === service).map(([type]) => [type, typeNumber(type) as number]),
    ),
  }));

export async function migrateAll(pool: Pool): Promise<void> {
  for (const schema of ['patients', 'practitioners']) await migrate({ pool, schema, folders: [recordsMigrations] });
}

export const SETTINGS: FhirSettings = {
  integrity: 'off',
  software: { name: 'Polyclinic', version: '0' },
  releasedAt: '2026-01-01T00:00:00Z',
};

export interface Asked {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly subject?: Subject;
}

export interface Answered extends FhirResponse {
  /** The body, parsed. */
  readonly json: Json;
}

/** Parsed JSON as tests read it. */
export type Json = Readonly<Record<string, unknown>>;

export interface Clinic {
  readonly api: FhirApi;
  readonly defects: readonly unknown[];
  ask(method: string, url: string, asked?: Asked): Promise<Answered>;
}

/** How a test speaks to an API. */
export function askerOf(api: FhirApi): Clinic['ask'] {
  return async (method, url, { body, headers = {}, subject = SYSTEM } = {}) => {
    const [path = '', query = ''] = url.split(/\?(.*)/s);
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    const response = await api.handle({
      method,
      path,
      query,
      headers: text === '' ? headers : { 'content-type': 'application/fhir+json', ...headers },
      body: text,
      base: BASE,
      subject,
      requestId: 'test',
    });
    return { ...response, json: (response.body === '' ? null : JSON.parse(response.body)) as Json };
  };
}

export async function withClinic(settings: Partial<FhirSettings> = {}): Promise<Clinic> {
  const server = await withPostgres();
  const { pool } = await server.freshDatabase(migrateAll);
  const now = () => new Date();
  const records = createRecords({ stores: storesOf(['patients', 'practitioners']), pool, now, cursorSecret: 'test' });
  const defects: unknown[] = [];
  const api = createFhirApi({
    records,
    owners: OWNERS,
    local: new Set(OWNERS.keys()),
    forward: async (service) => {
      throw new Error(`${service} does not run elsewhere`);
    },
    now,
    newId: randomUUID,
    settings: { ...SETTINGS, ...settings },
    log: (defect) => {
      defects.push(defect);
      console.error(defect);
    },
  });
  return { api, defects, ask: askerOf(api) };
}
