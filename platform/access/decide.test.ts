import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Subject } from '@polyclinic/kit';
import { decide, decideWholeSystem, demand, mayInteract, searchableTypes } from './decide.ts';
import { demandPermission, mayCall } from './permissions.ts';
import { ROLES } from './role-matrix.ts';
import type { Interaction } from './scopes.ts';
import { TYPE_GROUPS } from './type-groups.ts';

const person = (role: string, scopes: readonly string[] = ['user/*.cruds'], more: Partial<Subject> = {}): Subject => ({
  id: 'someone',
  client: 'demo-app',
  clinic: 1,
  roles: [role],
  scopes,
  ...more,
});
const patient = (scopes = ['patient/*.rs']) => person('patient', scopes, { patient: 'p1', fhirUser: 'Patient/p1' });
const system = (scopes = ['system/*.cruds']) => person('system', scopes);

// Written out a second time, from the words in the design and not from the matrix: [role, interaction, type, allowed].
const CASES: readonly (readonly [string, Interaction, string, boolean])[] = [
  ['doctor', 'create', 'Observation', true],
  ['doctor', 'create', 'MedicationRequest', true],
  ['doctor', 'delete', 'Patient', false],
  ['doctor', 'update', 'Organization', false],
  ['nurse', 'create', 'Observation', true],
  ['nurse', 'create', 'MedicationRequest', false],
  ['nurse', 'read', 'MedicationRequest', true],
  ['nurse', 'create', 'MedicationAdministration', true],
  ['nurse', 'delete', 'Observation', false],
  ['office', 'create', 'Appointment', true],
  ['office', 'create', 'Patient', true],
  ['office', 'read', 'Observation', false],
  ['office', 'search', 'Condition', false],
  ['office', 'create', 'Coverage', true],
  ['admin', 'create', 'Practitioner', true],
  ['admin', 'delete', 'Patient', true],
  ['admin', 'read', 'Condition', false],
  ['researcher', 'read', 'Patient', false],
  ['researcher', 'search', 'Observation', false],
  ['researcher', 'read', 'ResearchStudy', true],
  ['moderator', 'read', 'Patient', false],
  ['constructor', 'read', 'Patient', false],
];

for (const [role, interaction, type, allowed] of CASES)
  test(`a ${role} may ${allowed ? '' : 'not '}${interaction} ${type}`, () => {
    const decision = decide(person(role), interaction, type);
    assert.deepEqual(
      decision,
      allowed ? { allowed: true, visibility: { clinic: 1, patients: null } } : { allowed: false, why: 'role' },
    );
  });

test('nobody is allowed anything without a scope for it, whatever the role', () => {
  for (const role of ROLES)
    for (const types of Object.values(TYPE_GROUPS))
      for (const type of types)
        assert.equal(mayInteract(person(role, ['openid', 'launch/patient']), 'read', type), false);
});

test('scopes narrow a role and never widen it', () => {
  assert.deepEqual(decide(person('doctor', ['user/Observation.rs']), 'update', 'Observation'), {
    allowed: false,
    why: 'scope',
  });
  assert.deepEqual(decide(person('doctor', ['user/Observation.rs']), 'read', 'Condition'), {
    allowed: false,
    why: 'scope',
  });
  assert.ok(mayInteract(person('doctor', ['user/Observation.rs']), 'read', 'Observation'));
  assert.deepEqual(decide(person('office', ['user/Observation.rs']), 'read', 'Observation'), {
    allowed: false,
    why: 'role',
  });
  assert.equal(mayInteract(person('doctor', ['system/*.cruds']), 'read', 'Observation'), false);
  assert.equal(
    mayInteract(person('doctor', ['user/Observation.rs?category=laboratory']), 'read', 'Observation'),
    false,
  );
});

test('a patient sees the own compartment and what is shared, and writes nothing', () => {
  const own = { allowed: true, visibility: { clinic: 1, patients: ['p1'] } };
  for (const type of ['Patient', 'Observation', 'Appointment', 'Practitioner', 'Location', 'Slot', 'Questionnaire'])
    for (const scopes of [['patient/*.rs'], ['user/*.cruds']])
      assert.deepEqual(decide(patient(scopes), 'search', type), own, type);
  // Outside every compartment, so nothing would hold them to the own: never.
  for (const type of ['Binary', 'Device', 'GuidanceResponse', 'Group', 'Task', 'Substance'].filter(
    (type) => type !== 'Substance',
  ))
    assert.equal(mayInteract(patient(), 'read', type), false, type);
  for (const interaction of ['create', 'update', 'delete'] as const)
    assert.equal(mayInteract(patient(['patient/*.cruds', 'user/*.cruds']), interaction, 'Observation'), false);
});

test('a patient without a record sees nothing', () => {
  assert.deepEqual(decide(person('patient', ['patient/*.rs']), 'read', 'Patient'), {
    allowed: false,
    why: 'compartment',
  });
});

test('an app started for one patient is held to that patient, also in the hands of a doctor', () => {
  const doctor = person('doctor', ['patient/*.rs'], { patient: 'p7' });
  assert.deepEqual(decide(doctor, 'read', 'Observation'), {
    allowed: true,
    visibility: { clinic: 1, patients: ['p7'] },
  });
  assert.deepEqual(decide(doctor, 'read', 'Binary'), { allowed: false, why: 'compartment' });
  assert.deepEqual(decide(person('doctor', ['patient/*.rs']), 'read', 'Observation'), {
    allowed: false,
    why: 'compartment',
  });
});

test('a system may do what its scopes say, with every type', () => {
  assert.ok(mayInteract(system(), 'delete', 'Basic'));
  assert.deepEqual(decide(system(['system/*.rs']), 'create', 'Patient'), { allowed: false, why: 'scope' });
  assert.deepEqual(decide(system(['user/*.cruds', 'patient/*.rs']), 'read', 'Patient'), {
    allowed: false,
    why: 'scope',
  });
});

test('who has no role has no rights', () => {
  assert.equal(mayInteract({ ...person('doctor'), roles: [] }, 'read', 'Patient'), false);
});

test('the history of the whole system is for systems that may read everything', () => {
  assert.ok(decideWholeSystem(system(['system/*.rs']), 'history-system').allowed);
  assert.ok(!decideWholeSystem(system(['system/Patient.rs']), 'history-system').allowed);
  assert.ok(!decideWholeSystem(person('admin'), 'history-system').allowed);
  assert.ok(decideWholeSystem(patient(), 'batch').allowed);
  assert.deepEqual(searchableTypes(person('office'), ['Patient', 'Observation', 'Slot']), ['Patient', 'Slot']);
});

test('a refusal does not say why', () => {
  const words = { message: 'You may not read Condition resources here.' };
  assert.throws(() => demand(person('office'), 'read', 'Condition'), words);
  assert.throws(() => demand(person('doctor', []), 'read', 'Condition'), words);
});

test('operations need their permission in the scopes and in the role', () => {
  assert.ok(mayCall(person('admin', ['polyclinic:*:*']), 'polyclinic:users:write'));
  assert.ok(!mayCall(person('admin', ['user/*.cruds']), 'polyclinic:users:write'));
  assert.ok(!mayCall(person('doctor', ['polyclinic:*:*']), 'polyclinic:users:write'));
  assert.throws(() => demandPermission(person('doctor'), 'polyclinic:users:write'), /polyclinic:users:write/);
});

test('no type is in two groups', () => {
  const types = Object.values(TYPE_GROUPS).flat();
  assert.equal(new Set(types).size, types.length);
});
