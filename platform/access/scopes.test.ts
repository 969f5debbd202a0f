import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseScope, permissionIsAllowed, scopeIsAllowed } from './scopes.ts';

test('scopes of SMART v1 and v2 say the same in letters', () => {
  assert.deepEqual(parseScope('user/Patient.read'), { context: 'user', type: 'Patient', letters: 'rs', query: null });
  assert.equal(parseScope('system/*.write')?.letters, 'cud');
  assert.equal(parseScope('system/*.*')?.letters, 'cruds');
  assert.equal(parseScope('patient/Observation.rs')?.letters, 'rs');
  assert.equal(parseScope('patient/Observation.rs?category=laboratory')?.query, 'category=laboratory');
});

test('what is no scope gives no right', () => {
  for (const scope of [
    'user/*.',
    'user/*.sr',
    'user/*.crudsx',
    'User/*.rs',
    'user/patient.rs',
    'user/*',
    'launch',
    'user/*.rs?',
    ' user/*.rs',
  ])
    assert.equal(parseScope(scope), null, scope);
});

test('a registration allows what it covers, letter by letter, and nothing beyond', () => {
  const registered = [
    'system/Patient.rs',
    'system/Patient.c',
    'system/Observation.rs?category=laboratory',
    'polyclinic:tokens:read',
  ];
  for (const scope of [
    'system/Patient.crs',
    'system/Patient.read',
    'system/Observation.rs?category=laboratory',
    'system/Patient.r?name=x',
    'polyclinic:tokens:read',
  ])
    assert.ok(scopeIsAllowed(registered, scope), scope);
  for (const scope of [
    'system/Patient.cruds',
    'system/*.rs',
    'user/Patient.rs',
    'system/Observation.rs',
    'polyclinic:tokens:write',
    'polyclinic:tokens:*',
    'polyclinic:*:read',
  ])
    assert.ok(!scopeIsAllowed(registered, scope), scope);
});

test('a wider permission covers a narrower one, never the other way round', () => {
  assert.ok(permissionIsAllowed(['polyclinic:*:*'], 'polyclinic:users:write'));
  assert.ok(permissionIsAllowed(['polyclinic:users:*'], 'polyclinic:users:read'));
  assert.ok(!permissionIsAllowed(['polyclinic:users:read'], 'polyclinic:users:*'));
  assert.ok(!permissionIsAllowed(['polyclinic:users:read'], 'polyclinic:settings:read'));
  assert.ok(!permissionIsAllowed(['polyclinic:*:*'], 'everything'));
});
