// _include, _revinclude and the eyes they are read with.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '@polyclinic/kit';
import { EVERYTHING, engine, parsed, store } from './practice.test-data.ts';

const names = (versions: readonly { type: string; id: string }[]) =>
  versions.map(({ type, id }) => `${type}/${id}`).toSorted();

async function practice() {
  const { records } = await engine();
  await store(records, 0, [{ resourceType: 'Organization', id: 'shared', name: 'For all' }]);
  await store(records, 1, [
    { resourceType: 'Organization', id: 'ours', name: 'Ours', partOf: { reference: 'Organization/shared' } },
    { resourceType: 'Practitioner', id: 'doc', name: [{ family: 'Doc' }] },
    {
      resourceType: 'Patient',
      id: 'eve',
      managingOrganization: { reference: 'Organization/ours' },
      generalPractitioner: [{ reference: 'Practitioner/doc' }],
    },
    { resourceType: 'Patient', id: 'bob', generalPractitioner: [{ reference: 'Practitioner/doc' }] },
    {
      resourceType: 'Observation',
      id: 'o1',
      status: 'final',
      code: { text: 'x' },
      subject: { reference: 'Patient/eve' },
      performer: [{ reference: 'Patient/bob' }],
    },
    {
      resourceType: 'Observation',
      id: 'o2',
      status: 'final',
      code: { text: 'x' },
      subject: { reference: 'Patient/eve' },
      derivedFrom: [{ reference: 'Observation/o1' }],
    },
    {
      resourceType: 'Observation',
      id: 'o3',
      status: 'final',
      code: { text: 'x' },
      subject: { reference: 'Patient/bob' },
      hasMember: [{ reference: 'Observation/o2' }],
    },
  ]);
  await store(records, 2, [
    {
      resourceType: 'Observation',
      id: 'theirs',
      status: 'final',
      code: { text: 'x' },
      subject: { reference: 'Patient/eve' },
    },
  ]);
  return records;
}
const shared = practice();

test('what is pointed to and what points here is included once, and never a match again', async () => {
  const records = await shared;
  const included = async (type: string, query: string) =>
    names((await records.search(parsed(type, query), EVERYTHING)).included);
  assert.deepEqual(await included('Patient', '_include=Patient:organization'), ['Organization/ours']);
  assert.deepEqual(await included('Patient', '_include=Patient:organization&_include:iterate=Organization:partof'), [
    'Organization/ours',
    'Organization/shared',
  ]);
  assert.deepEqual(await included('Patient', '_id=eve&_include=*'), ['Organization/ours', 'Practitioner/doc']);
  assert.deepEqual(await included('Patient', '_id=eve&_revinclude=Observation:subject'), [
    'Observation/o1',
    'Observation/o2',
  ]);
  assert.deepEqual(await included('Patient', '_id=bob&_revinclude=Observation:performer'), ['Observation/o1']);
  assert.deepEqual(await included('Observation', '_include=Observation:derived-from'), []);
  assert.deepEqual(
    await included(
      'Observation',
      '_id=o3&_include:iterate=Observation:has-member&_include:iterate=Observation:derived-from',
    ),
    ['Observation/o1', 'Observation/o2'],
  );
  assert.deepEqual(
    await included('Observation', '_id=o1&_include=Observation:performer:Patient&_include=Observation:subject'),
    ['Patient/bob', 'Patient/eve'],
  );
  assert.deepEqual(await included('Observation', '_id=o1&_include=Observation:performer:Practitioner'), []);
});

test('nothing is included that these eyes do not see', async () => {
  const records = await shared;
  const eve = { clinic: 1, patients: ['eve'] };
  const page = await records.search(
    parsed(
      'Observation',
      '_include=Observation:subject&_include=Observation:performer&_include:iterate=Patient:general-practitioner',
    ),
    eve,
  );
  assert.deepEqual(names(page.matches), ['Observation/o1', 'Observation/o2']);
  assert.deepEqual(names(page.included), ['Patient/eve', 'Practitioner/doc']);
  const back = await records.search(
    parsed('Practitioner', '_revinclude=Patient:general-practitioner&_revinclude:iterate=Observation:subject'),
    eve,
  );
  assert.deepEqual(names(back.included), ['Observation/o1', 'Observation/o2', 'Patient/eve']);
  const elsewhere = await records.search(parsed('Observation', '_include=Observation:subject'), {
    clinic: 2,
    patients: null,
  });
  assert.deepEqual([names(elsewhere.matches), names(elsewhere.included)], [['Observation/theirs'], []]);
});

test('references that run on for ever are refused, not cut', async () => {
  const { records } = await engine();
  await store(
    records,
    1,
    Array.from({ length: 12 }, (_, n) => ({
      resourceType: 'Organization',
      id: `n${n}`,
      partOf: { reference: `Organization/n${n + 1}` },
    })),
  );
  const deep = parsed('Organization', '_id=n0&_include:iterate=Organization:partof');
  await assert.rejects(
    records.search(deep, EVERYTHING),
    (error) => error instanceof Refusal && error.issues[0]?.code === 'too-costly',
  );
  const circle = parsed('Organization', '_id=n8&_include:iterate=Organization:partof');
  assert.equal((await records.search(circle, EVERYTHING)).included.length, 3);
});
