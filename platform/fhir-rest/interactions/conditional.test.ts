// Conditional interactions, alone and 64 at once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withClinic } from '../clinic.test-data.ts';

const identifier = [{ system: 'urn:mrn', value: '7' }];
const patient = { resourceType: 'Patient', identifier };

test('of 64 that ask for the same at once one creates and the others find it', async () => {
  const { ask } = await withClinic();
  const headers = { 'if-none-exist': 'identifier=urn:mrn|7' };
  const answers = await Promise.all(
    Array.from({ length: 64 }, () => ask('POST', '/Patient', { body: patient, headers })),
  );
  assert.deepEqual(answers.map(({ status }) => status).sort(), [...Array.from({ length: 63 }, () => 200), 201]);
  assert.equal(new Set(answers.map(({ json }) => json['id'])).size, 1);
  assert.equal((await ask('GET', '/Patient?_summary=count')).json['total'], 1);
});

test('several matches are refused, and a condition must select', async () => {
  const { ask } = await withClinic();
  for (let n = 0; n < 2; n++) await ask('POST', '/Patient', { body: patient });
  const criteria = 'identifier=urn:mrn|7';
  assert.equal((await ask('POST', '/Patient', { body: patient, headers: { 'if-none-exist': criteria } })).status, 412);
  assert.equal((await ask('PUT', `/Patient?${criteria}`, { body: patient })).status, 412);
  assert.equal((await ask('DELETE', `/Patient?${criteria}`)).status, 412);
  assert.equal((await ask('DELETE', '/Patient')).status, 412);
  assert.equal((await ask('DELETE', '/Patient?shoesize=43')).status, 400);
});

test('a conditional update creates, then updates, then deletes the same resource', async () => {
  const { ask } = await withClinic();
  const url = '/Patient?identifier=urn:mrn|7';
  const created = await ask('PUT', url, { body: patient });
  assert.equal(created.status, 201);
  const updated = await ask('PUT', url, { body: { ...patient, active: true } });
  assert.equal(updated.status, 200);
  assert.equal(updated.json['id'], created.json['id']);
  assert.equal((await ask('PUT', url, { body: { ...patient, id: 'other' } })).status, 400);
  const patch = [{ op: 'replace', path: '/active', value: false }];
  const patched = await ask('PATCH', url, { body: patch, headers: { 'content-type': 'application/json-patch+json' } });
  assert.equal(patched.json['active'], false);
  assert.equal((await ask('DELETE', url)).status, 204);
  assert.equal((await ask('GET', `/Patient/${created.json['id']}`)).status, 410);
  assert.equal((await ask('DELETE', url)).status, 204);
});
