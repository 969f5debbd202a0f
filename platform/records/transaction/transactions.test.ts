// Transactions: all or nothing, over services, against each other, and prepared for a joint decision.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ABSENT, ANY, EVERYBODY, key, put, remove, version, withRecords } from '../fixture.ts';
import { checkTwoPhase } from './two-phase.ts';

test('everything is written or nothing, in all services', async () => {
  const { records } = await withRecords();
  const items = [put(key('Patient', 'p')), put(key('Organization', 'o')), put(key('Observation', 'x'))];
  const outcomes = await records.transaction((tx) => tx.write(items));
  assert.deepEqual(
    outcomes.map((one) => 'version' in one && `${one.kind} ${one.version?.id}`),
    ['created p', 'created o', 'created x'],
  );
  await assert.rejects(
    records.transaction(async (tx) => {
      await tx.write([put(key('Patient', 'p')), put(key('Organization', 'o2'))]);
      assert.equal((await tx.read([key('Patient', 'p')], EVERYBODY))[0]?.version, 2);
      throw new Error('no');
    }),
  );
  const [p, o2] = await records.read([key('Patient', 'p'), key('Organization', 'o2')], EVERYBODY);
  assert.equal(p?.version, 1);
  assert.equal(o2, null);
  // What was rolled back must not live on in memory.
  const next = await records.write(put(key('Patient', 'p')));
  assert.ok('version' in next && next.version?.version === 2);
});

test('thousands of entries take some statements per chunk, not per entry', async () => {
  const { records } = await withRecords();
  const items = Array.from({ length: 2_300 }, (_, n) =>
    put(key(n % 2 ? 'Patient' : 'Organization', `n${n}`), n % 3 ? ABSENT : ANY),
  );
  const outcomes = await records.transaction((tx) => tx.write(items));
  assert.ok(outcomes.every(({ kind }) => kind === 'created'));
  for (const [n, one] of outcomes.entries()) assert.ok('version' in one && one.version?.id === `n${n}`);
  const again = await records.transaction((tx) => tx.write(items));
  assert.deepEqual(
    again.map(({ kind }) => kind),
    items.map(({ expect }) => (expect.kind === 'absent' ? 'conflict' : 'updated')),
  );
});

test('an expectation is judged against the transaction’s own writes', async () => {
  const { records } = await withRecords();
  const k = key('Patient', 'p');
  const kinds = await records.transaction(async (tx) => {
    const all = [];
    for (const item of [put(k, ABSENT), put(k, ABSENT), put(k, version(1)), put(k, version(1)), remove(k), remove(k)])
      all.push(...(await tx.write([item])).map(({ kind }) => kind));
    return all;
  });
  assert.deepEqual(kinds, ['created', 'conflict', 'updated', 'conflict', 'deleted', 'unchanged']);
});

test('of 64 that look and then create under the same lock one creates', async () => {
  const { records, another } = await withRecords();
  const engines = [records, another().records];
  const k = key('Patient', 'only');
  const created = await Promise.all(
    Array.from({ length: 64 }, (_, n) =>
      engines[n % 2]!.transaction(async (tx) => {
        await tx.lock(['1 Patient identifier=x', `other ${n}`]);
        const [there] = await tx.read([k], EVERYBODY);
        if (there !== null) return false;
        await tx.write([put(k)]);
        return true;
      }),
    ),
  );
  assert.equal(created.filter(Boolean).length, 1);
  assert.equal((await records.read([k], EVERYBODY))[0]?.version, 1);
});

test('transactions that meet crosswise are repeated until all are through', async () => {
  const { records, another } = await withRecords();
  const engines = [records, another().records];
  const keys = [key('Patient', 'a'), key('Patient', 'b')];
  await records.transaction((tx) => tx.write(keys.map((k) => put(k))));
  await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      engines[n % 2]!.transaction(async (tx) => {
        for (const k of n % 2 ? keys : keys.toReversed()) {
          const [outcome] = await tx.write([put(k)]);
          assert.equal(outcome?.kind, 'updated');
        }
      }),
    ),
  );
  const read = await records.read(keys, EVERYBODY);
  assert.deepEqual(
    read.map((one) => one?.version),
    [9, 9],
  );
});

test('a prepared transaction waits for the decision, over processes, and is found when nobody decides', async () => {
  const { records, pool, another } = await withRecords();
  await checkTwoPhase(pool);
  await records.prepare('one', (tx) => tx.write([put(key('Patient', 'one')), put(key('Organization', 'one'))]));
  await records.prepare('two', (tx) => tx.write([put(key('Patient', 'two'))]));
  assert.deepEqual(await records.read([key('Patient', 'one')], EVERYBODY), [null]);
  assert.deepEqual((await records.tail('patients', '', 10)).entries, []);
  const other = another().records;
  assert.deepEqual((await other.inDoubt(0)).toSorted(), ['one', 'two']);
  assert.deepEqual(await other.inDoubt(60_000), []);
  await other.finish('one', 'commit');
  await other.finish('one', 'commit');
  await records.finish('two', 'rollback');
  const read = await records.read(
    [key('Patient', 'one'), key('Organization', 'one'), key('Patient', 'two')],
    EVERYBODY,
  );
  assert.deepEqual(
    read.map((one) => one?.version ?? null),
    [1, 1, null],
  );
  assert.deepEqual(await records.inDoubt(0), []);
  assert.deepEqual(
    (await records.tail('patients', '', 10)).entries.map(({ id }) => id),
    ['one'],
  );
  await assert.rejects(
    records.prepare("x'; drop schema patients", async () => {}),
    { status: 400 },
  );
});

test('a transaction can not be used after its end', async () => {
  const { records } = await withRecords();
  const kept = await records.transaction(async (tx) => tx);
  await assert.rejects(kept.write([put(key('Patient', 'x'))]), /after its end/);
});
