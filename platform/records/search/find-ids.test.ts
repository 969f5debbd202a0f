// Many conditional references looked up at once, and searches with hostile values.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '@polyclinic/kit';
import { EVERYTHING, engine, parsed, store } from './practice.test-data.ts';

const patient = (id: string, ...values: string[]) => ({
  resourceType: 'Patient',
  id,
  name: [{ family: `Family ${id}` }],
  identifier: values.map((value) => ({ system: 'urn:mrn', value })),
});

test('each look-up answers with none, one or two ids, of what is seen', async () => {
  const { records } = await engine();
  await store(records, 1, [patient('a', '1', '2'), patient('b', '2'), patient('c', '2', '3')]);
  await store(records, 2, [patient('d', '4')]);
  await store(records, 0, [{ resourceType: 'Organization', id: 'o', identifier: [{ system: 'urn:x', value: '9' }] }]);
  const queries = [
    parsed('Patient', 'identifier=urn:mrn|1'),
    parsed('Patient', 'identifier=urn:mrn|2'),
    parsed('Patient', 'identifier=urn:mrn|4'),
    parsed('Patient', 'identifier=3'),
    parsed('Organization', 'identifier=urn:x|9'),
    parsed('Patient', 'family=family a'),
    parsed('Patient', 'identifier=urn:mrn|3&family=family b'),
    parsed('Patient', 'identifier=urn:mrn|'),
  ];
  const found = await records.transaction((tx) => tx.findIds(queries, EVERYTHING));
  assert.deepEqual(
    found.map((ids) => ids.length),
    [1, 2, 0, 1, 1, 1, 0, 2],
  );
  assert.deepEqual([found[0], found[3], found[4], found[5]], [['a'], ['c'], ['o'], ['a']]);
  const limited = await records.transaction((tx) => tx.findIds(queries, { clinic: 1, patients: ['b'] }));
  assert.deepEqual(
    limited.map((ids) => ids.length),
    [0, 1, 0, 0, 1, 0, 0, 1],
  );
});

test('hostile values are values', async () => {
  const { records } = await engine();
  await store(records, 1, [patient('a', "'; drop table current; --")]);
  const texts = [
    "'; drop table x; --",
    '$1',
    '%',
    '_',
    '\\\\',
    '{"a"}',
    '{NULL}',
    ')',
    '"',
    'a'.repeat(3_000),
    '\u{10ffff}',
    '\u202e',
    '‮',
    '{}',
    'null',
    "E'\\\\x41'",
  ];
  for (const type of ['Patient'])
    for (const parameter of [
      'family',
      'family:exact',
      'family:contains',
      'identifier',
      'gender',
      '_tag',
      '_profile',
      '_profile:below',
      'organization.name',
      '_has:Observation:patient:code',
      '_id',
    ])
      for (const text of texts) {
        const query = `${parameter}=${encodeURIComponent(text.replace(/[|,$]/g, ''))}`;
        try {
          const page = await records.search(parsed(type, query), EVERYTHING);
          assert.equal(page.matches.length, 0, query);
        } catch (error) {
          assert.ok(error instanceof Refusal && error.status === 400, `${query}: ${error}`);
        }
      }
  const exact = `identifier=${encodeURIComponent("'; drop table current; --")}`;
  assert.equal((await records.search(parsed('Patient', exact), EVERYTHING)).matches.length, 1);
});
