// $validate, $meta, and integrity where it is on.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withClinic } from '../clinic.test-data.ts';

const issuesOf = (json: Readonly<Record<string, unknown>>) =>
  json['issue'] as { severity: string; expression?: string[] }[];

test('a resource is judged without being stored', async () => {
  const { ask } = await withClinic();
  const good = await ask('POST', '/Patient/$validate', {
    body: { resourceType: 'Patient', active: true, text: undefined },
  });
  assert.equal(good.status, 200);
  assert.ok(issuesOf(good.json).every(({ severity }) => severity !== 'error'));
  const resource = { resourceType: 'Patient', gender: 'purple' };
  const parameters = {
    resourceType: 'Parameters',
    parameter: [
      { name: 'mode', valueCode: 'create' },
      { name: 'resource', resource },
    ],
  };
  for (const body of [resource, parameters]) {
    const bad = await ask('POST', '/Patient/$validate', { body });
    assert.equal(bad.status, 200);
    assert.ok(
      issuesOf(bad.json).some(
        ({ severity, expression }) => severity === 'error' && expression?.[0] === 'Patient.gender',
      ),
    );
  }
  assert.equal((await ask('POST', '/Patient/$validate', { body: '{"resourceType":' })).status, 200);
  assert.equal((await ask('GET', '/Patient?_summary=count')).json['total'], 0);
});

test('meta is told alone', async () => {
  const { ask } = await withClinic();
  await ask('PUT', '/Patient/a', { body: { resourceType: 'Patient', id: 'a', meta: { tag: [{ code: 'x' }] } } });
  const { body, status } = await ask('GET', '/Patient/a/$meta');
  assert.equal(status, 200);
  assert.match(body, /"valueMeta":\{"versionId":"1","lastUpdated":"[^"]+","tag":\[\{"code":"x"\}\]\}/);
});

test('where integrity is on, a reference to nothing is refused and what is referred to stays', async () => {
  const { ask } = await withClinic({ integrity: 'on' });
  const observation = {
    resourceType: 'Observation',
    id: 'o',
    status: 'final',
    code: { text: 'x' },
    subject: { reference: 'Patient/a' },
  };
  const refused = await ask('PUT', '/Observation/o', { body: observation });
  assert.equal(refused.status, 422);
  assert.deepEqual(issuesOf(refused.json)[0]?.expression, ['Observation.subject']);
  await ask('PUT', '/Patient/a', { body: { resourceType: 'Patient', id: 'a' } });
  assert.equal((await ask('PUT', '/Observation/o', { body: observation })).status, 201);
  assert.equal((await ask('DELETE', '/Patient/a')).status, 409);
  const both = ['Observation/o', 'Patient/a'].map((url) => ({ request: { method: 'DELETE', url } }));
  const together = await ask('POST', '/', { body: { resourceType: 'Bundle', type: 'transaction', entry: both } });
  assert.equal(together.status, 200, together.body);
  assert.equal((await ask('GET', '/Patient/a')).status, 410);
});

test('an encounter’s everything is the visit with its patient', async () => {
  const { ask } = await withClinic();
  await ask('PUT', '/Patient/a', { body: { resourceType: 'Patient', id: 'a' } });
  const encounter = {
    resourceType: 'Encounter',
    id: 'e',
    status: 'finished',
    class: { code: 'AMB' },
    subject: { reference: 'Patient/a' },
  };
  await ask('PUT', '/Encounter/e', { body: encounter });
  const observation = { resourceType: 'Observation', id: 'o', status: 'final', code: { text: 'x' } };
  await ask('PUT', '/Observation/o', {
    body: { ...observation, encounter: { reference: 'Encounter/e' }, subject: { reference: 'Patient/a' } },
  });
  await ask('PUT', '/Observation/p', { body: { ...observation, id: 'p', subject: { reference: 'Patient/a' } } });
  const { json, status, body } = await ask('GET', '/Encounter/e/$everything');
  assert.equal(status, 200, body);
  const found = (json['entry'] as { resource: { id: string } }[]).map(({ resource }) => resource.id);
  assert.deepEqual(found.sort(), ['a', 'e', 'o']);
});
