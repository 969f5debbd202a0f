// What changed from version to version, and how an old one comes back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Subject } from '@polyclinic/kit';
import { type Json, withClinic } from '../clinic.test-data.ts';
import { differences } from '../json/differences.ts';

interface Part {
  readonly name: string;
  readonly valueString?: string;
  readonly valueInteger?: number;
  readonly valueCode?: string;
  readonly valueReference?: { readonly reference: string };
  readonly part?: readonly Part[];
}
const changesIn = (json: Json) => {
  const parameters = json['parameter'] as Part[];
  const part = ({ part = [] }: Part, name: string) => part.find((one) => one.name === name);
  return parameters
    .filter(({ name }) => name === 'change')
    .map((change) => ({
      version: part(change, 'version')?.valueInteger,
      operation: part(change, 'operation')?.valueCode,
      who: part(change, 'who')?.valueReference?.reference,
      fields: (change.part ?? [])
        .filter(({ name }) => name === 'field')
        .map((field) => ['path', 'before', 'after'].map((name) => part(field, name)?.valueString)),
    }));
};

const NURSE: Subject = {
  ...{ id: 'n', client: 'ward', clinic: 1, roles: ['nurse'], scopes: ['user/*.cruds'] },
  fhirUser: 'Practitioner/n',
};
const pressure = (value: string) =>
  `{"resourceType":"Observation","id":"bp","status":"final","code":{"text":"BP"},"valueQuantity":{"value":${value},"unit":"mmHg"}}`;

test('a blood pressure corrected twice: three versions with their authors; restoring the first makes a fourth', async () => {
  const { ask } = await withClinic();
  for (const value of ['120.0', '130.0', '125.50'])
    await ask('PUT', '/Observation/bp', { body: pressure(value), subject: NURSE });
  const { status, json } = await ask('GET', '/Observation/bp/$changes', { subject: NURSE });
  assert.equal(status, 200);
  const [third, second, first] = changesIn(json);
  assert.deepEqual(third, {
    ...{ version: 3, operation: 'update', who: 'Practitioner/n' },
    fields: [['Observation.valueQuantity.value', '130.0', '125.50']],
  });
  assert.deepEqual(second?.fields, [['Observation.valueQuantity.value', '120.0', '130.0']]);
  assert.ok(first?.fields.some(([path, before]) => path === 'Observation.status' && before === undefined));

  const restored = await ask('POST', '/Observation/bp/$restore?version=1', { subject: NURSE });
  assert.equal(restored.status, 200);
  const current = await ask('GET', '/Observation/bp', { subject: NURSE });
  assert.match(current.body, /"value":120\.0,/);
  assert.match(current.body, /"versionId":"4"/);
  const page = await ask('GET', '/Observation/bp/$changes?_count=1', { subject: NURSE });
  assert.deepEqual(changesIn(page.json)[0]?.fields, [['Observation.valueQuantity.value', '125.50', '120.0']]);
});

test('a deleted resource is told as deleted and can be restored', async () => {
  const { ask } = await withClinic();
  await ask('PUT', '/Observation/bp', { body: pressure('1.10') });
  await ask('DELETE', '/Observation/bp');
  assert.equal((await ask('POST', '/Observation/bp/$restore?version=1')).status, 201);
  const changes = changesIn((await ask('GET', '/Observation/bp/$changes')).json);
  assert.deepEqual(
    changes.map(({ operation }) => operation),
    ['create', 'delete', 'create'],
  );
});

test('what may not be seen or changed is neither told nor restored', async () => {
  const { ask } = await withClinic();
  await ask('PUT', '/Observation/bp', { body: pressure('1') });
  await ask('PUT', '/Observation/bp', { body: pressure('2') });
  const office = { ...NURSE, roles: ['office'] };
  const elsewhere = { ...NURSE, clinic: 2 };
  const reader = { ...NURSE, scopes: ['user/*.rs'] };
  assert.equal((await ask('GET', '/Observation/bp/$changes', { subject: office })).status, 403);
  assert.equal((await ask('GET', '/Observation/bp/$changes', { subject: elsewhere })).status, 404);
  assert.equal((await ask('POST', '/Observation/bp/$restore?version=1', { subject: reader })).status, 403);
  assert.equal((await ask('POST', '/Observation/bp/$restore?version=1', { subject: elsewhere })).status, 404);
  assert.equal((await ask('POST', '/Observation/bp/$restore?version=9')).status, 404);
  assert.equal((await ask('POST', '/Observation/bp/$restore?version=x')).status, 400);
  const stale = { headers: { 'if-match': 'W/"1"' } };
  assert.equal((await ask('POST', '/Observation/bp/$restore?version=1', stale)).status, 412);
  assert.equal((await ask('GET', '/Observation/bp/$restore?version=1')).status, 405);
});

test('fields are compared inside objects and lists, and told as they were sent', () => {
  const before =
    '{"resourceType":"Patient","id":"x","meta":{"versionId":"1"},"name":[{"family":"A","given":["x","y"]}]}';
  const after =
    '{"resourceType":"Patient","id":"x","meta":{"versionId":"2"},"name":[{"family":"A","given":["x"]},{"text":"B"}],"active":true}';
  assert.deepEqual(differences('Patient', before, after), [
    { path: 'Patient.name[0].given[1]', before: '"y"', after: null },
    { path: 'Patient.name[1]', before: null, after: '{"text":"B"}' },
    { path: 'Patient.active', before: null, after: 'true' },
  ]);
  assert.deepEqual(differences('Patient', before, before), []);
});
