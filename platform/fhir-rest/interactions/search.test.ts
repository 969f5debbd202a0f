// Search as a client meets it: pages, compartments, what is not understood, and who may see what.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Subject } from '@polyclinic/kit';
import { BASE, type Clinic, withClinic } from '../clinic.test-data.ts';

type Bundle = {
  link: { relation: string; url: string }[];
  entry?: { resource: { id: string; resourceType: string }; search: { mode: string } }[];
};
const idsIn = (json: unknown) => ((json as Bundle).entry ?? []).map(({ resource }) => resource.id);
const linkOf = (json: unknown, relation: string) =>
  (json as Bundle).link.find((link) => link.relation === relation)?.url;

async function seed(ask: Clinic['ask']): Promise<void> {
  for (const id of ['a', 'b']) {
    await ask('PUT', `/Patient/${id}`, { body: { resourceType: 'Patient', id, name: [{ family: `Family${id}` }] } });
    for (let n = 0; n < 3; n++)
      await ask('PUT', `/Observation/${id}${n}`, {
        body: {
          resourceType: 'Observation',
          id: `${id}${n}`,
          status: 'final',
          code: { text: 'x' },
          effectiveDateTime: `2026-01-0${n + 1}`,
          subject: { reference: `Patient/${id}` },
        },
      });
  }
}

test('pages follow each other without loss or repetition, and lead back', async () => {
  const { ask } = await withClinic();
  await seed(ask);
  const first = await ask('GET', '/Observation?_count=4');
  const next = linkOf(first.json, 'next');
  assert.ok(next);
  const second = await ask('GET', next.slice(BASE.length));
  assert.equal(new Set([...idsIn(first.json), ...idsIn(second.json)]).size, 6);
  assert.equal(linkOf(second.json, 'next'), undefined);
  const back = linkOf(second.json, 'previous');
  assert.ok(back);
  assert.deepEqual(idsIn((await ask('GET', back.slice(BASE.length))).json), idsIn(first.json));
  assert.equal((await ask('GET', '/Observation?_cursor=forged')).status, 400);
});

test('a search is also posted as a form', async () => {
  const { ask } = await withClinic();
  await seed(ask);
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const posted = await ask('POST', '/Observation/_search?_count=10', { body: 'patient=Patient/a', headers });
  assert.equal(idsIn(posted.json).length, 3);
  assert.equal((await ask('POST', '/Observation/_search', { body: '{}' })).status, 415);
});

test('a compartment holds what is about its patient', async () => {
  const { ask } = await withClinic();
  await seed(ask);
  assert.deepEqual(idsIn((await ask('GET', '/Patient/a/Observation')).json).sort(), ['a0', 'a1', 'a2']);
  assert.deepEqual(idsIn((await ask('GET', '/Patient/a/Observation?date=2026-01-02')).json), ['a1']);
  assert.deepEqual(idsIn((await ask('GET', '/Patient/a/*')).json).sort(), ['a', 'a0', 'a1', 'a2']);
  assert.equal((await ask('GET', '/Patient/a/Organization')).status, 404);
  assert.equal((await ask('GET', '/Observation/a/Patient')).status, 404);
});

test('an unknown parameter is reported, or refused where the client is strict', async () => {
  const { ask } = await withClinic();
  await seed(ask);
  const lenient = await ask('GET', '/Patient?shoesize=43&family=Familya');
  const [match, outcome] = (lenient.json as unknown as Bundle).entry ?? [];
  assert.equal(match?.resource.id, 'a');
  assert.equal(outcome?.search.mode, 'outcome');
  assert.ok(!linkOf(lenient.json, 'self')?.includes('shoesize'));
  const strict = await ask('GET', '/Patient?shoesize=43', { headers: { prefer: 'handling=strict' } });
  assert.equal(strict.status, 400);
});

test('includes are marked, and totals told when asked', async () => {
  const { ask } = await withClinic();
  await seed(ask);
  const { json } = await ask('GET', '/Observation?_id=a0&_include=Observation:patient&_total=accurate');
  assert.deepEqual(
    (json as unknown as Bundle).entry?.map(({ search }) => search.mode),
    ['match', 'include'],
  );
  assert.equal(json['total'], 1);
  assert.equal((await ask('GET', '/Observation?_summary=count')).json['total'], 6);
});

const PATIENT_A: Subject = {
  id: 'a',
  client: 'app',
  clinic: 1,
  roles: ['patient'],
  scopes: ['patient/*.cruds'],
  fhirUser: 'Patient/a',
  patient: 'a',
};

test('a patient sees its own record and nothing of another, whatever the way', async () => {
  const { ask } = await withClinic();
  await seed(ask);
  const as = (method: string, url: string, body?: unknown) =>
    ask(method, url, { subject: PATIENT_A, ...(body === undefined ? {} : { body }) });
  assert.equal((await as('GET', '/Patient/a')).status, 200);
  assert.equal((await as('GET', '/Observation/a0')).status, 200);
  assert.deepEqual(idsIn((await as('GET', '/Observation')).json).sort(), ['a0', 'a1', 'a2']);
  assert.deepEqual(idsIn((await as('GET', '/Patient/a/$everything')).json).sort(), ['a', 'a0', 'a1', 'a2']);
  for (const url of [
    '/Patient/b',
    '/Observation/b0',
    '/Observation/b0/_history/1',
    '/Observation/b0/_history',
    '/Patient/b/$everything',
  ])
    assert.equal((await as('GET', url)).status, 404, url);
  for (const url of [
    '/Patient/b/Observation',
    '/Patient/b/*',
    '/Patient?family=Familyb',
    '/Observation?subject:Patient.family=Familyb',
  ])
    assert.deepEqual(idsIn((await as('GET', url)).json), [], url);
  const bundle = (type: string) => ({
    resourceType: 'Bundle',
    type,
    entry: [{ request: { method: 'GET', url: 'Patient/b' } }],
  });
  assert.match((await as('POST', '/', bundle('batch'))).body, /"status":"404"/);
  assert.equal((await as('POST', '/', bundle('transaction'))).status, 404);
  assert.equal((await as('GET', '/_history')).status, 403);
  assert.equal((await as('DELETE', '/Patient/b')).status, 403);
  assert.equal((await as('PUT', '/Patient/b', { resourceType: 'Patient', id: 'b' })).status, 403);
});

test('another clinic sees nothing of this one', async () => {
  const { ask } = await withClinic();
  await seed(ask);
  const subject: Subject = { id: 's', client: 't', clinic: 2, roles: ['system'], scopes: ['system/*.cruds'] };
  assert.equal((await ask('GET', '/Patient/a', { subject })).status, 404);
  assert.deepEqual(idsIn((await ask('GET', '/Observation', { subject })).json), []);
  assert.equal((await ask('PUT', '/Patient/a', { subject, body: { resourceType: 'Patient', id: 'a' } })).status, 201);
});

test('without a right nothing is answered', async () => {
  const { ask } = await withClinic();
  const subject: Subject = { id: 's', client: 't', clinic: 1, roles: ['system'], scopes: ['system/Patient.r'] };
  await seed(ask);
  assert.equal((await ask('GET', '/Patient/a', { subject })).status, 200);
  for (const [method, url] of [
    ['GET', '/Observation/a0'],
    ['GET', '/Patient'],
    ['GET', '/'],
    ['DELETE', '/Patient/a'],
  ] as const)
    assert.equal((await ask(method, url, { subject })).status, 403, url);
});
