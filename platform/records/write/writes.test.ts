// Writes as callers meet them: versions, expectations, races, and neighbours in one batch.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Refusal } from '@polyclinic/kit';
import { withFixedClock } from '@polyclinic/testing';
import { ABSENT, ANY, EVERYBODY, key, put, remove, version, withRecords } from '../fixture.ts';
import type { WriteOutcome } from '../types.ts';

const kinds = (outcomes: readonly WriteOutcome[]) => outcomes.map(({ kind }) => kind);
const count = (outcomes: readonly WriteOutcome[], kind: WriteOutcome['kind']) =>
  outcomes.filter((one) => one.kind === kind).length;

describe('the life of a resource', () => {
  test('it is created, updated, deleted and created again, each time as a new version', async () => {
    const { records } = await withRecords();
    const k = key('Patient', 'life');
    const outcomes = [];
    for (const item of [put(k), put(k), remove(k), remove(k), put(k, ABSENT), put(k, ABSENT)])
      outcomes.push(await records.write(item));
    assert.deepEqual(kinds(outcomes), ['created', 'updated', 'deleted', 'unchanged', 'created', 'conflict']);
    assert.deepEqual(outcomes.at(-1), { kind: 'conflict', current: { version: 4, deleted: false } });
    const [latest] = await records.read([k], EVERYBODY);
    assert.equal(latest?.version, 4);
    assert.equal((await records.readVersion(k, 3, EVERYBODY))?.content, null);
  });

  test('deleting what never was changes nothing', async () => {
    const { records } = await withRecords();
    assert.deepEqual(await records.write(remove(key('Patient', 'never'))), { kind: 'unchanged', version: null });
  });

  test('a decimal, a quote and an umlaut are stored as they were sent', async () => {
    const { records } = await withRecords();
    const k = key('Observation', 'exact');
    const rest = '"value":1.10,"long":0.12345678901234567890123,"text":"\\"Müller\\\\ \\u0041 𝄞{,}NULL"';
    await records.write(put(k, ANY, rest));
    const [read] = await records.read([k], EVERYBODY);
    assert.ok(read?.content?.endsWith(`},${rest}}`), read?.content ?? '');
    assert.ok(read?.content?.includes(`"versionId":"1","lastUpdated":"${read.at}"`));
  });

  test('lastUpdated goes forward even where the clock goes back', async () => {
    const clock = withFixedClock();
    const { records, another } = await withRecords(clock.now);
    const k = key('Patient', 'clock');
    const times: string[] = [];
    for (const engine of [records, records, another().records]) {
      const outcome = await engine.write(put(k));
      assert.ok(outcome.kind === 'created' || outcome.kind === 'updated');
      times.push(outcome.version.at);
      clock.advance(-60_000);
    }
    assert.deepEqual(times, [...new Set(times)].sort());
  });

  test('a writer with an outdated memory is set right by the log', async () => {
    const { records, another } = await withRecords();
    const other = another().records;
    const k = key('Patient', 'memory');
    await records.write(put(k));
    await other.write(put(k));
    await other.write(remove(k));
    const outcome = await records.write(put(k));
    assert.equal(outcome.kind, 'created');
    assert.ok('version' in outcome && outcome.version?.version === 4);
  });
});

describe('races', () => {
  test('of 64 writers with the same If-Match one gets through', async () => {
    const { records, another } = await withRecords();
    const engines = [records, another().records];
    for (let round = 0; round < 5; round++) {
      const k = key('Patient', `match${round}`);
      await records.write(put(k));
      const outcomes = await Promise.all(
        Array.from({ length: 64 }, (_, n) => engines[n % 2]!.write(put(k, version(1)))),
      );
      assert.equal(count(outcomes, 'updated'), 1);
      assert.equal(count(outcomes, 'conflict'), 63);
      assert.equal((await records.read([k], EVERYBODY))[0]?.version, 2);
    }
  });

  test('of 64 creations of the same id one gets through', async () => {
    const { records, another } = await withRecords();
    const engines = [records, another().records];
    for (let round = 0; round < 5; round++) {
      const k = key('Patient', `new${round}`);
      const outcomes = await Promise.all(Array.from({ length: 64 }, (_, n) => engines[n % 2]!.write(put(k, ABSENT))));
      assert.equal(count(outcomes, 'created'), 1);
      assert.equal(count(outcomes, 'conflict'), 63);
    }
  });

  test('64 writers that expect nothing all get a version of their own', async () => {
    const { records, another } = await withRecords();
    const engines = [records, another().records];
    const k = key('Patient', 'any');
    const outcomes = await Promise.all(
      Array.from({ length: 64 }, (_, n) => engines[n % 2]!.write(put(k, ANY, `"n":${n}`))),
    );
    const versions = outcomes.map((one) => ('version' in one ? one.version?.version : null));
    assert.deepEqual(
      versions.toSorted((a, b) => Number(a) - Number(b)),
      Array.from({ length: 64 }, (_, n) => n + 1),
    );
    // What each was told is what the log holds.
    for (const one of outcomes) {
      assert.ok('version' in one && one.version);
      assert.deepEqual(await records.readVersion(k, one.version.version, EVERYBODY), one.version);
    }
  });
});

describe('neighbours in one batch', () => {
  test('a value that can not be stored refuses its own item alone', async () => {
    const { records } = await withRecords();
    const items = Array.from({ length: 50 }, (_, n) =>
      put(key('Patient', `p${n}`), ANY, n === 20 ? '"bad":"\u0000"' : '"good":1'),
    );
    items[30] = put(key('Patient', 'p30'), ANY, '', { date: '300000-01-01T00:00:00Z', fingerprint: '9' });
    items[40] = put(key('Patient', 'p40'), ANY, '', {
      tokensSeen: [{ system: 's', code: 'a\u0000', hash: '5' }],
      fingerprint: '9',
    });
    const settled = await Promise.allSettled(items.map((item) => records.write(item)));
    const refused = settled.flatMap((one, n) => (one.status === 'rejected' ? [n] : []));
    assert.deepEqual(refused, [20, 30, 40]);
    for (const n of refused) assert.ok((settled[n] as PromiseRejectedResult).reason instanceof Refusal);
    const read = await records.read(
      items.map((item) => item.key),
      EVERYBODY,
    );
    assert.equal(read.filter((one) => one !== null).length, 47);
  });

  test('writes of one key keep their order, and a reader sees what it wrote', async () => {
    const { records } = await withRecords();
    const k = key('Patient', 'order');
    await Promise.all(Array.from({ length: 30 }, (_, n) => records.write(put(k, ANY, `"n":${n}`))));
    for (let n = 0; n < 30; n++)
      assert.ok((await records.readVersion(k, n + 1, EVERYBODY))?.content?.includes(`"n":${n}}`));
    await Promise.all(
      Array.from({ length: 100 }, async (_, n) => {
        const own = key('Patient', `own${n}`);
        await records.write(put(own));
        assert.equal((await records.read([own], EVERYBODY))[0]?.version, 1);
      }),
    );
  });
});
