// Whatever people do over FHIR ends up in the audit trail, once for each patient it concerned.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { openAccessTrail } from '@polyclinic/audit-trail';
import { resourceTypes, typeNumber } from '@polyclinic/fhir';
import { createFhirApi, type FhirApi } from '@polyclinic/fhir-rest';
import type { Subject } from '@polyclinic/kit';
import { migrate, type Pool } from '@polyclinic/postgres';
import { createRecords, recordsMigrations } from '@polyclinic/records';
import { eventually, withPostgres } from '@polyclinic/testing';
import { type Audit, startAudit } from './audit.ts';

const OWN = ['AuditEvent', 'Provenance'];
const owners = new Map(resourceTypes.map((type) => [type, OWN.includes(type) ? 'audit' : 'patients']));
const stores = ['patients', 'audit'].map((service) => ({
  ...{ service, schema: service },
  types: Object.fromEntries(
    [...owners].filter(([, owner]) => owner === service).map(([type]) => [type, typeNumber(type) as number]),
  ),
}));
const migrations: Record<string, string[]> = {
  patients: [recordsMigrations],
  audit: [recordsMigrations, join(import.meta.dirname, 'migrations')],
};
async function migrateAll(pool: Pool): Promise<void> {
  for (const [schema, folders] of Object.entries(migrations)) await migrate({ pool, schema, folders });
}

const DOCTOR: Subject = {
  ...{ id: 'u-1', client: 'clinic-web', clinic: 1, roles: ['doctor'], scopes: ['user/*.cruds'] },
  fhirUser: 'Practitioner/d',
};
const SYSTEM: Subject = { id: 'sys', client: 'sys', clinic: 1, roles: ['system'], scopes: ['system/*.cruds'] };
const OFFICE: Subject = { ...DOCTOR, id: 'u-2', roles: ['office'], fhirUser: 'Practitioner/o' };

interface Event {
  readonly id: string;
  readonly subtype: readonly { readonly code: string }[];
  readonly action: string;
  readonly outcome: string;
  readonly agent: readonly {
    readonly who: { readonly reference?: string };
    readonly requestor: boolean;
    readonly network?: { readonly address: string };
  }[];
  readonly entity: readonly { readonly what?: { readonly reference?: string }; readonly query?: string }[];
}

describe('the audit trail', () => {
  let api: FhirApi;
  let audit: Audit;
  let close: () => Promise<void>;
  before(async () => {
    const server = await withPostgres();
    const { pool } = await server.freshDatabase(migrateAll);
    const now = () => new Date();
    const records = createRecords({ stores, pool, now, cursorSecret: 'test' });
    const folder = mkdtempSync(join(tmpdir(), 'polyclinic-audit-'));
    const troubles: unknown[] = [];
    const onTrouble = (error: unknown) => void troubles.push(error);
    const accesses = openAccessTrail({
      ...{ folder, now, onTrouble, newName: randomUUID },
      deliver: (spool, lines) => audit.keepAccesses({ spool, lines }),
      pauseMs: { idle: 10, failed: 10, orphans: 1_000 },
    });
    api = createFhirApi({
      ...{ records, owners, local: new Set(resourceTypes), now, newId: randomUUID, accesses },
      forward: () => Promise.reject(new Error('everything is here')),
      settings: { integrity: 'on', software: { name: 'p', version: '0' }, releasedAt: '2026-01-01T00:00:00Z' },
      log: onTrouble,
    });
    audit = startAudit({
      ...{
        pool,
        records,
        folder,
        now,
        tail: records.tail,
        isElsewhere: () => false,
        onTrouble,
        sources: ['patients', 'audit'],
      },
      namesOf: async (_, references) =>
        new Map(references.map((one) => [one, one === 'Practitioner/d' ? 'Dr. Day' : ''])),
      contentBefore: async ({ clinic, type, id, version }) =>
        (await records.readVersion({ clinic, type, id }, version - 1, { clinic, patients: null }))?.content ?? null,
      pauseMs: { idle: 10, longest: 20 },
    });
    close = async () => {
      await accesses.close();
      await audit.stop();
      rmSync(folder, { recursive: true, force: true });
      assert.deepEqual(troubles, []);
    };
  });
  after(() => close());

  const ask = async (subject: Subject, method: string, url: string, body?: unknown) => {
    const [path = '', query = ''] = url.split(/\?(.*)/s);
    const answer = await api.handle({
      ...{ method, path, query, subject, base: 'http://h/fhir/R4', requestId: 'r-1', address: '192.0.2.7' },
      headers: body === undefined ? {} : { 'content-type': 'application/fhir+json' },
      body: body === undefined ? '' : JSON.stringify(body),
    });
    return { status: answer.status, body: answer.body === '' ? {} : JSON.parse(answer.body) };
  };
  /** Without leaving a trace of its own. */
  const eventsOf = async (query: string): Promise<Event[]> => {
    const answer = await api.carryOut({
      ...{ method: 'GET', path: '/AuditEvent', query: `${query}&_count=200`, headers: {}, body: '' },
      ...{ subject: SYSTEM, base: 'http://h/fhir/R4', requestId: 'look' },
    });
    return (JSON.parse(answer.body).entry ?? []).map(({ resource }: { resource: Event }) => resource);
  };
  const atLeast = (count: number, query: string): Promise<readonly Event[]> =>
    eventually(async () => {
      const found = await eventsOf(query);
      return found.length >= count ? found : null;
    });
  const create = async (resource: Record<string, unknown>): Promise<string> => {
    const { status, body } = await ask(DOCTOR, 'POST', `/${resource['resourceType']}`, resource);
    assert.equal(status, 201, JSON.stringify(body));
    return body.id;
  };
  const observation = (patient: string) => ({
    ...{ resourceType: 'Observation', status: 'final', code: { text: 'pulse' } },
    subject: { reference: `Patient/${patient}` },
  });
  const kinds = (events: readonly Event[]) => events.map(({ subtype }) => subtype[0]?.code).sort();

  test('a resource lives: each step is one event with user, address and patient', async () => {
    const patient = await create({ resourceType: 'Patient', name: [{ family: 'Trail' }] });
    const id = await create(observation(patient));
    await ask(DOCTOR, 'GET', `/Observation/${id}`);
    await ask(DOCTOR, 'GET', `/Observation/${id}/_history/1`);
    await ask(DOCTOR, 'GET', `/Observation/${id}/_history`);
    await ask(DOCTOR, 'PUT', `/Observation/${id}`, { ...observation(patient), id, status: 'amended' });
    await ask(DOCTOR, 'DELETE', `/Observation/${id}`);
    const events = await atLeast(6, `entity=Observation/${id}&patient=${patient}`);
    assert.deepEqual(kinds(events), ['create', 'delete', 'history', 'read', 'update', 'vread']);
    for (const { agent, outcome } of events) {
      const user = agent.find(({ requestor }) => requestor);
      assert.equal(user?.who.reference, 'Practitioner/d');
      assert.equal(agent.find(({ network }) => network)?.network?.address, '192.0.2.7');
      assert.equal(outcome, '0');
    }
  });

  test('a search is an event for each patient it named, with its query and without its results', async () => {
    const [a, b] = [await create({ resourceType: 'Patient' }), await create({ resourceType: 'Patient' })];
    for (const patient of [a, b]) await create(observation(patient));
    await ask(DOCTOR, 'GET', `/Observation?subject=Patient/${a},Patient/${b}&code:text=pulse`);
    for (const patient of [a, b]) {
      const events = await atLeast(1, `patient=${patient}&subtype=search`);
      assert.equal(events.length, 1);
      const query = events[0]?.entity.find((entity) => entity.query !== undefined)?.query ?? '';
      assert.match(Buffer.from(query, 'base64').toString(), /^Observation\?subject=.*code:text=pulse$/);
      assert.ok(!events[0]?.entity.some(({ what }) => what?.reference?.startsWith('Observation/')));
    }
  });

  test('what was refused is told as refused, and says whom it was about', async () => {
    const patient = await create({ resourceType: 'Patient' });
    const id = await create(observation(patient));
    assert.equal((await ask(OFFICE, 'GET', `/Observation/${id}`)).status, 403);
    assert.equal((await ask(OFFICE, 'DELETE', `/Patient/${patient}`)).status, 403);
    const events = await atLeast(2, 'agent=Practitioner/o&outcome=4');
    assert.deepEqual(kinds(events), ['delete', 'read']);
  });

  test('each entry of a batch and of a transaction has its event, the Bundle none', async () => {
    const patient = await create({ resourceType: 'Patient' });
    for (const type of ['batch', 'transaction'])
      await ask(DOCTOR, 'POST', '/', {
        ...{ resourceType: 'Bundle', type },
        entry: [
          { request: { method: 'GET', url: `Patient/${patient}` } },
          { request: { method: 'POST', url: 'Observation' }, resource: observation(patient) },
        ],
      });
    const events = await atLeast(5, `patient=${patient}`);
    assert.deepEqual(kinds(events), ['create', 'create', 'create', 'read', 'read']);
  });

  test('a whole record is one event, however many reads it takes inside', async () => {
    const patient = await create({ resourceType: 'Patient' });
    await create(observation(patient));
    await ask(DOCTOR, 'GET', `/Patient/${patient}/$everything`);
    const events = await atLeast(3, `patient=${patient}`);
    assert.deepEqual(kinds(events), ['create', 'create', 'operation']);
  });

  test('reading the trail is in the trail, its own events are not', async () => {
    await ask(SYSTEM, 'GET', '/AuditEvent?outcome=8&address=reading-the-trail');
    await eventually(async () =>
      (await eventsOf('subtype=search')).some(({ entity }) =>
        entity.some(({ query }) =>
          Buffer.from(query ?? '', 'base64')
            .toString()
            .includes('reading-the-trail'),
        ),
      ),
    );
    const created = await eventsOf('subtype=create');
    assert.ok(created.length > 0);
    for (const { entity } of created) assert.ok(!entity.some(({ what }) => what?.reference?.startsWith('AuditEvent/')));
  });

  test('patients are told in plain words who saw their own record, and nobody else is', async () => {
    const patient = await create({ resourceType: 'Patient' });
    const other = await create({ resourceType: 'Patient' });
    const id = await create(observation(patient));
    await ask(DOCTOR, 'GET', `/Observation/${id}`);
    await ask(DOCTOR, 'GET', `/Patient/${other}`);
    await atLeast(3, `patient=${patient}`);
    const self: Subject = { ...DOCTOR, id: 'u-3', roles: ['patient'], fhirUser: `Patient/${patient}`, patient };
    const first = await audit.myAccesses(self, { count: 2 });
    const rest = await audit.myAccesses(self, { count: 50, ...(first.next !== undefined && { cursor: first.next }) });
    const told = [...first.accesses, ...rest.accesses].map(({ who, did, through }) => `${who} ${did} (${through})`);
    assert.deepEqual(told.sort(), [
      'Dr. Day looked at measurements and findings (clinic-web)',
      'Dr. Day wrote measurements and findings (clinic-web)',
      'Dr. Day wrote your personal data (clinic-web)',
    ]);
    await assert.rejects(audit.myAccesses({ ...DOCTOR, patient }, { count: 5 }), { status: 403 });
    const { patient: _, ...nobody } = self;
    await assert.rejects(audit.myAccesses(nobody, { count: 5 }), { status: 403 });
  });

  test('admins and auditors read the trail, doctors and nurses do not, patients only their own', async () => {
    const patient = await create({ resourceType: 'Patient' });
    const mine = await atLeast(1, `patient=${patient}`);
    const as = (role: string): Subject => ({ ...DOCTOR, roles: [role] });
    for (const role of ['admin', 'auditor']) assert.equal((await ask(as(role), 'GET', '/AuditEvent')).status, 200);
    for (const role of ['doctor', 'nurse', 'office', 'researcher'])
      assert.equal((await ask(as(role), 'GET', '/AuditEvent')).status, 403, role);
    const self: Subject = { ...as('patient'), fhirUser: `Patient/${patient}`, patient };
    const other: Subject = { ...self, fhirUser: 'Patient/x', patient: 'x' };
    assert.equal((await ask(self, 'GET', `/AuditEvent/${mine[0]?.id}`)).status, 200);
    assert.equal((await ask(other, 'GET', `/AuditEvent/${mine[0]?.id}`)).status, 404);
  });

  test('the trail is found by patient, user, action, time, kind, outcome and address', async () => {
    const patient = await create({ resourceType: 'Patient' });
    await ask(DOCTOR, 'GET', `/Patient/${patient}`);
    await atLeast(2, `patient=${patient}`);
    const [day] = new Date().toISOString().split('T');
    for (const [query, count] of [
      ['', 2],
      ['&action=R', 1],
      ['&action=C', 1],
      ['&agent=Practitioner/d', 2],
      ['&agent=Practitioner/e', 0],
      [`&date=ge${day}`, 2],
      ['&date=lt2020', 0],
      ['&subtype=read', 1],
      ['&outcome=0', 2],
      ['&outcome=4', 0],
      ['&address=192.0.2.7', 2],
      ['&altid=Practitioner/d', 2],
    ] as const)
      assert.equal((await eventsOf(`patient=${patient}${query}`)).length, count, query);
  });

  test('being in the trail keeps nobody from being deleted', async () => {
    const patient = await create({ resourceType: 'Patient' });
    await eventually(async () => (await eventsOf(`patient=${patient}`)).length > 0);
    assert.equal((await ask(SYSTEM, 'DELETE', `/Patient/${patient}`)).status, 204);
  });

  test('the same access handed in twice is kept once', async () => {
    const line = JSON.stringify([0, 1, 'read', 200, 'u', '', 'twice', '', 'Patient', 'tw', '', 'tw', '', '']);
    const batch = { spool: 'same', lines: [{ offset: 7, line }] };
    await audit.keepAccesses(batch);
    await audit.keepAccesses(batch);
    assert.equal((await eventsOf('patient=tw')).length, 1);
    await assert.rejects(audit.keepAccesses({ spool: 'same', lines: [{ offset: 9, line: '{}' }] }));
  });
});
