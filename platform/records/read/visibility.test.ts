// Who sees what by id and in history: the forbidden case beside the allowed one.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANY, EVERYBODY, key, put, remove, withRecords } from '../fixture.ts';
import type { HistoryQuery, Visibility } from '../types.ts';

const ANNA: Visibility = { clinic: 1, patients: ['anna'] };
const OTHER_CLINIC: Visibility = { clinic: 2, patients: null };
const history = (types: string[], id: string | null = null): HistoryQuery => ({
  types,
  id,
  since: null,
  at: null,
  count: 50,
  cursor: null,
});

async function practice() {
  const { records } = await withRecords();
  const items = [
    put(key('Patient', 'anna')),
    put(key('Patient', 'bert')),
    put(key('Observation', 'of-anna'), ANY, '', { patient: 'anna' }),
    put(key('Observation', 'of-bert'), ANY, '', { patient: 'bert' }),
    put(key('Observation', 'of-both'), ANY, '', { patient: null, patients: ['anna', 'bert'] }),
    put(key('Observation', 'of-nobody')),
    put(key('Organization', 'clinic')),
    put(key('Questionnaire', 'shared', 0)),
    put(key('Questionnaire', 'both', 0), ANY, '"of":"all"'),
    put(key('Questionnaire', 'both', 1), ANY, '"of":"one"'),
    put(key('Observation', 'elsewhere', 2), ANY, '', { patient: 'anna' }),
  ];
  await Promise.all(items.map((item) => records.write(item)));
  const sees = async (visibility: Visibility, type: string, id: string) => {
    const k = key(type, id, visibility.clinic);
    const [read] = await records.read([k], visibility);
    const vread = await records.readVersion(k, 1, visibility);
    const { versions } = await records.history(history([type], id), visibility);
    const inTransaction = await records.transaction((tx) => tx.read([k], visibility));
    const ofType = (await records.history(history([type]), visibility)).versions.some((one) => one.id === id);
    const answers = [read !== null, vread !== null, versions.length > 0, inTransaction[0] !== null, ofType];
    assert.ok(
      answers.every((answer) => answer === answers[0]),
      `${type}/${id}: ${answers}`,
    );
    return answers[0];
  };
  return { records, sees };
}

test('a patient sees herself, her compartment and what is in nobody’s, in every way of reading', async () => {
  const { sees } = await practice();
  for (const [type, id] of [
    ['Patient', 'anna'],
    ['Observation', 'of-anna'],
    ['Observation', 'of-both'],
    ['Organization', 'clinic'],
    ['Questionnaire', 'shared'],
  ] as const)
    assert.equal(await sees(ANNA, type, id), true, `${type}/${id}`);
  for (const [type, id] of [
    ['Patient', 'bert'],
    ['Observation', 'of-bert'],
    ['Observation', 'of-nobody'],
    ['Observation', 'elsewhere'],
  ] as const)
    assert.equal(await sees(ANNA, type, id), false, `${type}/${id}`);
  for (const id of ['of-anna', 'of-bert', 'of-both', 'of-nobody'])
    assert.equal(await sees(EVERYBODY, 'Observation', id), true, id);
});

test('a subject with no patients at all sees nothing inside compartments', async () => {
  const { sees } = await practice();
  const nobody = { clinic: 1, patients: [] };
  assert.equal(await sees(nobody, 'Observation', 'of-anna'), false);
  assert.equal(await sees(nobody, 'Patient', 'anna'), false);
  assert.equal(await sees(nobody, 'Organization', 'clinic'), true);
});

test('a clinic sees its own and what all share, never another clinic’s', async () => {
  const { records, sees } = await practice();
  assert.equal(await sees(OTHER_CLINIC, 'Observation', 'elsewhere'), true);
  assert.equal(await sees(OTHER_CLINIC, 'Observation', 'of-anna'), false);
  assert.equal(await sees(OTHER_CLINIC, 'Questionnaire', 'shared'), true);
  // Not even by naming the other clinic in the key.
  assert.deepEqual(await records.read([key('Observation', 'of-anna', 1)], OTHER_CLINIC), [null]);
  assert.equal(await records.readVersion(key('Observation', 'of-anna', 1), 1, OTHER_CLINIC), null);
});

test('the clinic’s own resource comes before the shared one of the same id', async () => {
  const { records } = await practice();
  const [own] = await records.read([key('Questionnaire', 'both')], EVERYBODY);
  const [shared] = await records.read([key('Questionnaire', 'both', 2)], OTHER_CLINIC);
  assert.ok(own?.content?.includes('"of":"one"'));
  assert.ok(shared?.content?.includes('"of":"all"'));
});

test('a deleted resource is gone for a patient and marked as deleted for the staff', async () => {
  const { records } = await practice();
  const k = key('Observation', 'of-anna');
  await records.write(remove(k));
  assert.deepEqual(await records.read([k], ANNA), [null]);
  assert.equal(await records.readVersion(k, 1, ANNA), null);
  assert.equal((await records.read([k], EVERYBODY))[0]?.operation, 'delete');
});

test('many readers at once each get their own answer', async () => {
  const { records } = await practice();
  const ids = ['of-anna', 'of-bert', 'of-both', 'of-nobody', 'never'];
  const answers = await Promise.all(
    Array.from({ length: 300 }, async (_, n) => {
      const id = ids[n % ids.length] as string;
      const visibility = n % 2 ? ANNA : EVERYBODY;
      const [read] = await records.read([key('Observation', id)], visibility);
      return { id, restricted: n % 2 === 1, found: read?.id ?? null };
    }),
  );
  for (const { id, restricted, found } of answers)
    assert.equal(found, id === 'never' || (restricted && ['of-bert', 'of-nobody'].includes(id)) ? null : id);
});
