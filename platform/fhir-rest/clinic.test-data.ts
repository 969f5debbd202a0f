// What the tests of this folder share: the API over a real engine, in one process or as if in two.
import { randomUUID } from 'node:crypto';
import { after } from 'node:test';
import { resourceTypes, typeNumber } from '@polyclinic/fhir';
import { type Context, type Offer, parse, type Subject } from '@polyclinic/kit';
import { createPool, migrate, type Pool } from '@polyclinic/postgres';
import { createRecords, recordsMigrations } from '@polyclinic/records';
import { withPostgres } from '@polyclinic/testing';
import { createFhirApi, type FhirApi } from './api.ts';
import type { FhirResponse } from './exchange.ts';
import type { DecisionLog, FhirParts, FhirSettings } from './parts.ts';
import { type DoorCall, forwardThrough, participantThrough, remoteRecords } from './remote-records.ts';
import { serveDoor } from './serve-door.ts';

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
  readonly parts: FhirParts;
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

/** Everything in one process. */
export async function withClinic(settings: Partial<FhirSettings> = {}): Promise<Clinic> {
  const server = await withPostgres();
  const { pool } = await server.freshDatabase(migrateAll);
  return clinicOver(pool, ['patients', 'practitioners'], null, settings);
}

/** What joins processes: their doors by service, and where the ends of their transactions stand. */
interface Street {
  readonly doors: Map<string, readonly Offer[]>;
  readonly decisions: DecisionLog;
}

export interface Processes {
  /** Owns nothing and asks the others. */
  readonly gateway: Clinic;
  readonly patients: Clinic;
  readonly practitioners: Clinic;
}

/** As if each service ran in a process of its own: what crosses between them is only what their doors let through. */
export async function withProcesses(settings: Partial<FhirSettings> = {}): Promise<Processes> {
  const server = await withPostgres();
  const { connection } = await server.freshDatabase(migrateAll);
  const ownPool = (): Pool => {
    const pool = createPool({ connection, name: 'test' });
    after(() => pool.end());
    return pool;
  };
  const decided = new Map<string, 'commit' | 'rollback'>();
  const decide: DecisionLog['decide'] = async (name, how) => {
    const stands = decided.get(name) ?? how;
    decided.set(name, stands);
    return stands;
  };
  const street: Street = { doors: new Map(), decisions: { decide } };
  return {
    gateway: clinicOver(ownPool(), [], street, settings),
    patients: clinicOver(ownPool(), ['patients'], street, settings),
    practitioners: clinicOver(ownPool(), ['practitioners'], street, settings),
  };
}

function clinicOver(
  pool: Pool,
  services: readonly string[],
  street: Street | null,
  settings: Partial<FhirSettings>,
): Clinic {
  const now = () => new Date();
  const defects: unknown[] = [];
  const log = (defect: unknown) => {
    defects.push(defect);
  };
  const local = new Set([...OWNERS].filter(([, owner]) => services.includes(owner)).map(([type]) => type));
  const call = callThrough(street, now);
  const remote = remoteRecords({ call, owners: OWNERS, local });
  const records = createRecords({ stores: storesOf(services), pool, now, cursorSecret: 'test', remote });
  const parts: FhirParts = {
    records,
    owners: OWNERS,
    local,
    forward: forwardThrough(call),
    remote,
    ...(street !== null && {
      coordination: { decisions: street.decisions, participant: participantThrough(call) },
    }),
    now,
    newId: randomUUID,
    settings: { ...SETTINGS, ...settings },
    log,
  };
  const api = createFhirApi(parts);
  for (const service of services) street?.doors.set(service, serveDoor(service, api, parts, records.forOthers));
  return { api, parts, defects, ask: askerOf(api) };
}

/** The same checks and copies as over a wire. */
const callThrough =
  (street: Street | null, now: () => Date): DoorCall =>
  async (caller, operation, input) => {
    const offered = street?.doors.get(operation.service)?.find((each) => each.operation.name === operation.name);
    if (offered === undefined) throw new Error(`${operation.service} does not run elsewhere`);
    const context: Context = {
      ...caller,
      now,
      call: () => Promise.reject(new Error('doors call nobody')),
    };
    const output = await offered.handle(context, parse(operation.input, structuredClone(input)));
    return parse(operation.output, structuredClone(output), 'output');
  };
