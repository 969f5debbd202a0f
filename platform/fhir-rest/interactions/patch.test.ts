// Patches change what they name and leave every other digit alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withClinic } from '../clinic.test-data.ts';

const OBSERVATION =
  '{"resourceType":"Observation","id":"a","status":"preliminary","code":{"text":"weight"},"valueQuantity":{"value":72.10,"unit":"kg"},"referenceRange":[{"low":{"value":0.000000000000000001}}]}';
const JSON_PATCH = { 'content-type': 'application/json-patch+json' };

const operation = (...part: unknown[]) => ({ name: 'operation', part });
const parameters = (...parameter: unknown[]) => ({ resourceType: 'Parameters', parameter });
const type = (valueCode: string) => ({ name: 'type', valueCode });
const path = (valueString: string) => ({ name: 'path', valueString });
const name = (valueString: string) => ({ name: 'name', valueString });

test('a JSON Patch keeps the digits of what it does not name', async () => {
  const { ask } = await withClinic();
  await ask('PUT', '/Observation/a', { body: OBSERVATION });
  const patch =
    '[{"op":"replace","path":"/status","value":"final"},{"op":"add","path":"/note","value":[{"text":"1.50"}]}]';
  const patched = await ask('PATCH', '/Observation/a', { body: patch, headers: JSON_PATCH });
  assert.equal(patched.status, 200, patched.body);
  assert.equal(patched.json['status'], 'final');
  assert.ok(patched.body.includes('"value":72.10'));
  assert.ok(patched.body.includes('0.000000000000000001'));
});

test('a JSON Patch that does not apply changes nothing', async () => {
  const { ask } = await withClinic();
  await ask('PUT', '/Observation/a', { body: OBSERVATION });
  const refused: [number, unknown][] = [
    [
      422,
      [
        { op: 'test', path: '/status', value: 'final' },
        { op: 'remove', path: '/code' },
      ],
    ],
    [422, [{ op: 'remove', path: '/nothing/here' }]],
    [400, [{ op: 'explode', path: '/status' }]],
    [400, { op: 'remove', path: '/status' }],
    [422, [{ op: 'replace', path: '/id', value: 'b' }]],
    [422, [{ op: 'remove', path: '/code' }]],
    [400, [{ op: 'add', path: '/shoeSize', value: 43 }]],
  ];
  for (const [status, body] of refused)
    assert.equal(
      (await ask('PATCH', '/Observation/a', { body, headers: JSON_PATCH })).status,
      status,
      JSON.stringify(body),
    );
  assert.equal((await ask('GET', '/Observation/a')).headers['etag'], 'W/"1"');
  assert.equal((await ask('PATCH', '/Observation/b', { body: [], headers: JSON_PATCH })).status, 404);
});

test('a FHIRPath Patch adds, inserts, replaces, moves and deletes', async () => {
  const { ask } = await withClinic();
  await ask('PUT', '/Patient/a', {
    body: {
      resourceType: 'Patient',
      id: 'a',
      name: [{ family: 'A', given: ['x', 'y', 'z'] }],
      birthDate: '1990-01-01',
    },
  });
  const body = parameters(
    operation(type('add'), path('Patient'), name('telecom'), {
      name: 'value',
      valueContactPoint: { system: 'phone', value: '1' },
    }),
    operation(type('replace'), path('Patient.birthDate'), { name: 'value', valueDate: '1991-02-02' }),
    operation(
      type('move'),
      path('Patient.name.given'),
      { name: 'source', valueInteger: 2 },
      { name: 'destination', valueInteger: 0 },
    ),
    operation(
      type('insert'),
      path('Patient.name.given'),
      { name: 'index', valueInteger: 1 },
      { name: 'value', valueString: 'w' },
    ),
    operation(type('delete'), path("Patient.name.given.where($this = 'y')")),
    operation(type('add'), path('Patient'), name('deceased'), { name: 'value', valueBoolean: false }),
    operation(type('delete'), path('Patient.maritalStatus')),
  );
  const patched = await ask('PATCH', '/Patient/a', { body });
  assert.equal(patched.status, 200, patched.body);
  const { telecom, birthDate, name: names, deceasedBoolean } = patched.json;
  assert.deepEqual(telecom, [{ system: 'phone', value: '1' }]);
  assert.equal(birthDate, '1991-02-02');
  assert.deepEqual(names, [{ family: 'A', given: ['z', 'w', 'x'] }]);
  assert.equal(deceasedBoolean, false);
});

test('a FHIRPath Patch changes a choice and keeps the digits beside it', async () => {
  const { ask } = await withClinic();
  await ask('PUT', '/Observation/a', { body: OBSERVATION });
  const status = operation(type('replace'), path('Observation.status'), { name: 'value', valueCode: 'final' });
  const kept = await ask('PATCH', '/Observation/a', { body: parameters(status) });
  assert.ok(kept.body.includes('"value":72.10'), kept.body);
  const choice = operation(type('replace'), path('Observation.value'), { name: 'value', valueString: 'heavy' });
  const { json, status: answered } = await ask('PATCH', '/Observation/a', { body: parameters(choice) });
  assert.equal(answered, 200);
  assert.equal(json['valueString'], 'heavy');
  assert.equal(json['valueQuantity'], undefined);
  const nonsense = operation(type('replace'), path('Observation.(('), { name: 'value', valueString: 'x' });
  assert.equal((await ask('PATCH', '/Observation/a', { body: parameters(nonsense) })).status, 422);
  const busy = operation(type('delete'), path("Observation.code.text.where(matches('^(a+)+$'))"));
  assert.equal((await ask('PATCH', '/Observation/a', { body: parameters(busy) })).status, 422);
  assert.equal((await ask('PATCH', '/Observation/a', { body: parameters({ name: 'wrong' }) })).status, 400);
});
