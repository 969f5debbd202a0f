// Walks through history: every version once, newest first, by time and by page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '@polyclinic/kit';
import { withFixedClock } from '@polyclinic/testing';
import { ANY, EVERYBODY, key, put, remove, withRecords } from '../fixture.ts';
import type { HistoryQuery, Records, Version } from '../types.ts';

const query = (given: Partial<HistoryQuery>): HistoryQuery => ({
  types: [],
  id: null,
  since: null,
  at: null,
  count: 3,
  cursor: null,
  ...given,
});

async function walk(
  records: Records,
  given: Partial<HistoryQuery>,
): Promise<{ versions: Version[]; total: number | null; pages: number }> {
  const versions: Version[] = [];
  for (let cursor: string | null = null, pages = 1; ; pages++) {
    const page = await records.history(query({ ...given, cursor }), EVERYBODY);
    versions.push(...page.versions);
    cursor = page.next;
    if (cursor === null) return { versions, total: page.total, pages };
  }
}
const names = (versions: readonly Version[]) => versions.map(({ id, version }) => `${id}/${version}`);

async function someHistory() {
  const clock = withFixedClock('2026-03-02T09:00:00.000Z');
  const { records } = await withRecords(clock.now);
  // Every minute one version; in minute 3 two of different services at the same instant.
  for (const item of [put(key('Patient', 'a')), put(key('Patient', 'b')), put(key('Patient', 'a'))]) {
    await records.write(item);
    clock.advance(60_000);
  }
  await records.write(put(key('Organization', 'o')));
  await records.write(put(key('Patient', 'c')));
  await records.write(put(key('Observation', 'd'), ANY));
  clock.advance(60_000);
  await records.write(remove(key('Patient', 'a')));
  return { records, clock };
}

test('the history of one resource has each version and its deletion, newest first', async () => {
  const { records } = await someHistory();
  const { versions, total } = await walk(records, { types: ['Patient'], id: 'a', count: 2 });
  assert.deepEqual(names(versions), ['a/3', 'a/2', 'a/1']);
  assert.deepEqual(
    versions.map(({ operation }) => operation),
    ['delete', 'update', 'create'],
  );
  assert.equal(total, 3);
  assert.equal((await records.history(query({ types: ['Patient'], id: 'never' }), EVERYBODY)).versions.length, 0);
});

test('the history of everything walks all services’ logs as one, each version once', async () => {
  const { records } = await someHistory();
  for (const count of [1, 2, 3, 100]) {
    const { versions, total } = await walk(records, { count });
    assert.deepEqual(names(versions).toSorted(), ['a/1', 'a/2', 'a/3', 'b/1', 'c/1', 'd/1', 'o/1']);
    assert.deepEqual(
      versions.map(({ at }) => at),
      versions
        .map(({ at }) => at)
        .toSorted()
        .reverse(),
    );
    assert.equal(total, 7);
  }
  assert.deepEqual(names((await walk(records, { types: ['Patient'] })).versions), ['a/3', 'c/1', 'a/2', 'b/1', 'a/1']);
});

test('writes during a walk neither repeat nor hide what was there', async () => {
  const { records, clock } = await someHistory();
  const first = await records.history(query({ types: ['Patient'], count: 2 }), EVERYBODY);
  clock.advance(1_000);
  await records.write(put(key('Patient', 'later')));
  const second = await records.history(query({ types: ['Patient'], count: 10, cursor: first.next }), EVERYBODY);
  assert.deepEqual(names([...first.versions, ...second.versions]), ['a/3', 'c/1', 'a/2', 'b/1', 'a/1']);
});

test('_since takes what was written then or later, _at what was current then', async () => {
  const { records } = await someHistory();
  const since = await walk(records, { types: ['Patient'], since: '2026-03-02T09:02:00.000Z' });
  assert.deepEqual(names(since.versions), ['a/3', 'c/1', 'a/2']);
  assert.equal(since.total, 3);
  const at = { low: '2026-03-02T09:01:30.000Z', high: '2026-03-02T09:02:30.000Z' };
  assert.deepEqual(names((await walk(records, { types: ['Patient'], at })).versions), ['a/2', 'b/1', 'a/1']);
  assert.deepEqual(names((await walk(records, { types: ['Patient'], id: 'a', at })).versions), ['a/2', 'a/1']);
});

test('a cursor that was changed, or belongs to another walk, is refused', async () => {
  const { records } = await someHistory();
  const { next } = await records.history(query({ types: ['Patient'], count: 1 }), EVERYBODY);
  assert.ok(next);
  const refused = (cursor: string, given: Partial<HistoryQuery> = {}, eyes = EVERYBODY) =>
    assert.rejects(
      records.history(query({ types: ['Patient'], count: 1, ...given, cursor }), eyes),
      (error) => error instanceof Refusal && error.status === 400,
    );
  await refused(`${next.slice(0, -2)}AA`);
  await refused('');
  await refused('%%%');
  await refused(next, { types: ['Observation'] });
  await refused(next, {}, { clinic: 2, patients: null });
  await records.history(query({ types: ['Patient'], count: 1, cursor: next }), EVERYBODY);
});
