// Walks through a result while others write, and the links that lead through it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '@polyclinic/kit';
import type { Records } from '../types.ts';
import { EVERYTHING, engine, parsed, store } from './practice.test-data.ts';

const observation = (n: number, status = 'final') => ({
  resourceType: 'Observation',
  id: `o${String(n).padStart(3, '0')}`,
  status,
  code: { coding: [{ system: 'urn:x', code: 'c' }] },
  effectiveDateTime: `2026-01-${String(1 + (n % 28)).padStart(2, '0')}`,
});

async function walkWhile(
  records: Records,
  text: string,
  write: (page: number) => Promise<unknown>,
): Promise<readonly string[]> {
  const met: string[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < 60; page += 1) {
    const read = await records.search({ ...parsed('Observation', text), count: 7, cursor }, EVERYTHING);
    met.push(...read.matches.map(({ id }) => id));
    if (read.next === null) return met;
    cursor = read.next;
    await write(page);
  }
  throw new Error('the walk does not end');
}

for (const text of [
  '',
  '_sort=-_lastUpdated',
  '_sort=_lastUpdated',
  '_sort=_lastUpdated&code=urn:x|c',
  '_sort=_lastUpdated&status=final,amended',
  '_sort=-_id',
  'code=c',
  '_sort=date',
  'status=final,amended',
])
  test(`every id is met exactly once while others write: ${text || 'the default order'}`, async () => {
    const { records } = await engine();
    const first = Array.from({ length: 100 }, (_, n) => observation(n));
    await store(records, 1, first);
    const met = await walkWhile(records, text, async (page) => {
      // Rows already met, rows still to come, the row at the page's end and new ones.
      await store(records, 1, [
        observation((page * 13) % 100, 'amended'),
        observation((page * 31 + 50) % 100, 'amended'),
        observation(200 + page),
      ]);
    });
    const old = met.filter((id) => id < 'o200');
    assert.deepEqual(
      old.toSorted(),
      first.map(({ id }) => id),
    );
    assert.equal(new Set(met).size, met.length);
  });

test('the walk goes on beside a row that was deleted', async () => {
  const { records } = await engine();
  await store(
    records,
    1,
    Array.from({ length: 20 }, (_, n) => observation(n)),
  );
  const gone = new Set<string>();
  const met = await walkWhile(records, '_sort=_id', async () => {
    const id = `o${String(6 + gone.size * 7).padStart(3, '0')}`;
    gone.add(id);
    await records.write({
      key: { clinic: 1, type: 'Observation', id },
      expect: { kind: 'any' },
      author: 'x',
      body: null,
      index: null,
    });
  });
  assert.equal(met.length, 20);
});

test('a link that was changed, or belongs to another search or to other eyes, is refused', async () => {
  const { records } = await engine();
  await store(
    records,
    1,
    Array.from({ length: 30 }, (_, n) => observation(n)),
  );
  const { next } = await records.search(parsed('Observation', 'code=c&_count=5'), EVERYTHING);
  assert.ok(next);
  const refused = (cursor: string, query: string, eyes = EVERYTHING) =>
    assert.rejects(
      records.search({ ...parsed('Observation', query), cursor }, eyes),
      (error) => error instanceof Refusal && error.status === 400,
    );
  assert.equal(
    (await records.search({ ...parsed('Observation', 'code=c&_count=9'), cursor: next }, EVERYTHING)).matches.length,
    9,
  );
  await refused(next, 'code=d&_count=5');
  await refused(next, 'code=c&_sort=date');
  await refused(next, 'code=c&_count=5', { clinic: 2, patients: null });
  await refused(next, 'code=c&_count=5', { clinic: 1, patients: ['eve'] });
  for (const at of [0, 10, next.length - 1])
    await refused(`${next.slice(0, at)}${next[at] === 'A' ? 'B' : 'A'}${next.slice(at + 1)}`, 'code=c&_count=5');
  for (const text of ['', 'x', '!!!', 'a'.repeat(5_000)]) await refused(text, 'code=c&_count=5');
});

test('_lastUpdated is answered by the log', async () => {
  const { records } = await engine();
  await store(
    records,
    1,
    Array.from({ length: 10 }, (_, n) => observation(n)),
  );
  const all = (await records.search(parsed('Observation', '_sort=_lastUpdated'), EVERYTHING)).matches;
  assert.deepEqual(
    all.map(({ id }) => id),
    all.map(({ id }) => id).toSorted(),
  );
  const middle = all[4]!.at;
  const ids = async (query: string) => (await records.search(parsed('Observation', query), EVERYTHING)).matches.length;
  assert.equal(await ids(`_lastUpdated=gt${middle}`), 5);
  assert.equal(await ids(`_lastUpdated=ge${middle}`), 6);
  assert.equal(await ids(`_lastUpdated=lt${middle}`), 4);
  assert.equal(await ids(`_lastUpdated=le${middle}`), 5);
  assert.equal(await ids(`_lastUpdated=${middle}`), 1);
  assert.equal(await ids('_lastUpdated=ge2026-11-02&_lastUpdated=lt2026-11-03'), 0);
  // An older version does not count: what was written again is found by its new moment only.
  await store(records, 1, [observation(0, 'amended')]);
  assert.equal(await ids(`_lastUpdated=lt${middle}`), 3);
  assert.equal(await ids(`_lastUpdated=gt${middle}`), 6);
});

test('totals: none, estimated up to a bound, accurate', async () => {
  const { records } = await engine();
  await store(
    records,
    1,
    Array.from({ length: 30 }, (_, n) => observation(n)),
  );
  const total = async (query: string) => (await records.search(parsed('Observation', query), EVERYTHING)).total;
  assert.equal(await total('code=c'), null);
  assert.equal(await total('code=c&_total=estimate'), 30);
  assert.equal(await total('code=c&_total=accurate&_count=3'), 30);
  const counted = await records.search(parsed('Observation', 'code=c&_count=0'), EVERYTHING);
  assert.deepEqual([counted.total, counted.matches.length, counted.next], [30, 0, null]);
});
