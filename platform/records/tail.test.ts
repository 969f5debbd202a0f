// Readers of the log get every committed entry once, whenever its transaction commits.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ANY, key, put, remove, withRecords } from './fixture.ts';

const gate = () => Promise.withResolvers<void>();

test('a transaction that commits late is read late, and never skipped', async () => {
  const { records, pool } = await withRecords();
  const [started, mayCommit] = [gate(), gate()];
  const late = records.transaction(async (tx) => {
    await tx.write([put(key('Patient', 'late'))]);
    started.resolve();
    await mayCommit.promise;
  });
  await started.promise;
  await records.write(put(key('Patient', 'early')));
  const before = await records.tail('patients', '', 100);
  assert.deepEqual(
    before.entries.map(({ id }) => id),
    [],
  );
  // What a reader that only follows the sequence would do.
  const naive = await pool.query<{ id: string; seq: string }>('select id, seq from patients.log order by seq');
  const naivePosition = naive.rows.at(-1)?.seq;
  assert.deepEqual(
    naive.rows.map(({ id }) => id),
    ['early'],
  );
  mayCommit.resolve();
  await late;
  const after = await records.tail('patients', before.position, 100);
  assert.deepEqual(
    after.entries.map(({ id }) => id),
    ['late', 'early'],
  );
  const skipped = await pool.query<{ id: string }>('select id from patients.log where seq > $1', [naivePosition]);
  assert.deepEqual(skipped.rows, [], 'the naive reader has lost the late entry for good');
});

test('it is read in portions, and a transaction rolled back is never seen', async () => {
  const { records } = await withRecords();
  for (let n = 0; n < 7; n++) await records.write(put(key('Patient', `p${n}`), ANY, `"n":${n}`));
  await records.write(remove(key('Patient', 'p3')));
  await assert.rejects(
    records.transaction(async (tx) => {
      await tx.write([put(key('Patient', 'undone'))]);
      throw new Error('changed my mind');
    }),
    /changed my mind/,
  );
  const seen: string[] = [];
  for (let position = '', more = true; more; ) {
    const { entries, position: next } = await records.tail('patients', position, 3);
    seen.push(...entries.map(({ id, operation }) => `${operation} ${id}`));
    for (const { operation, content } of entries) assert.equal(content === undefined, operation === 'delete');
    more = entries.length > 0;
    position = next;
  }
  assert.deepEqual(seen, [...Array.from({ length: 7 }, (_, n) => `create p${n}`), 'delete p3']);
  assert.deepEqual((await records.tail('practitioners', '', 10)).entries, []);
  await assert.rejects(records.tail('patients', 'nonsense', 10), { status: 400 });
});
