// A reader's effect and its position commit together; what it can't digest is set aside without stopping the rest.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { LogEntry } from '@polyclinic/kit';
import { eventually } from '@polyclinic/testing';
import { key, put, withRecords } from '../fixture.ts';
import { countDeadLetters, replayDeadLetters } from './dead-letters.ts';
import { type Handle, type RunningReader, runReader } from './run-reader.ts';

const NAME = { reader: 'counts', source: 'patients', schema: 'practitioners' };
const pauseMs = { idle: 5, longest: 20, failed: 5 };
const effect: Handle = async (entry, sql) => {
  await sql.query('insert into practitioners.effect (seq, id) values ($1, $2)', [entry.seq, entry.id]);
};

async function setting() {
  const fixture = await withRecords();
  const { records, pool } = fixture;
  await pool.query('create table practitioners.effect (seq bigint, id text)');
  const troubles: string[] = [];
  const running: RunningReader[] = [];
  after(() => Promise.all(running.map((one) => one.stop())));
  const start = (handle: Handle, wants?: (entry: LogEntry) => boolean) => {
    const one = runReader({
      ...{ ...NAME, pool, tail: records.tail, handle, pauseMs },
      ...(wants ? { wants } : {}),
      onTrouble: (_, entry, parked) => troubles.push(`${entry?.id}${parked ? ' parked' : ''}`),
    });
    running.push(one);
    return one;
  };
  const effects = async () =>
    (await pool.query<{ id: string }>('select id from practitioners.effect order by seq')).rows.map(({ id }) => id);
  return { ...fixture, start, effects, troubles };
}

test('every entry takes effect once, with several processes reading and some being stopped', async () => {
  const { records, start, effects } = await setting();
  const readers = [start(effect), start(effect)];
  for (let n = 0; n < 60; n++) {
    await records.write(put(key('Patient', `p${n}`)));
    if (n % 20 === 10) {
      await readers.shift()?.stop();
      readers.push(start(effect));
    }
  }
  await eventually(async () => (await effects()).length >= 60);
  assert.deepEqual(
    await effects(),
    Array.from({ length: 60 }, (_, n) => `p${n}`),
  );
});

test('an effect is undone when its entry fails, and only wanted entries are handled', async () => {
  const { records, start, effects } = await setting();
  let failures = 0;
  start(
    async (entry, sql) => {
      await effect(entry, sql);
      if (entry.id === 'p2' && failures++ < 2) throw new Error('not yet');
    },
    ({ id }) => id !== 'p1',
  );
  for (const id of ['p0', 'p1', 'p2', 'p3']) await records.write(put(key('Patient', id)));
  await eventually(async () => (await effects()).length >= 3);
  assert.deepEqual(await effects(), ['p0', 'p2', 'p3']);
});

test('what keeps failing is set aside with the later entries of its resource; a replay keeps their order', async () => {
  const { records, pool, start, effects, troubles } = await setting();
  start(async (entry, sql) => {
    if (entry.id === 'bad') throw new TypeError('names nobody');
    await effect(entry, sql);
  });
  for (const id of ['p0', 'bad', 'p1', 'bad', 'p2']) await records.write(put(key('Patient', id)));
  await eventually(
    async () => (await effects()).length >= 3 && (await countDeadLetters(pool, NAME.schema))[0]?.parked === 2,
  );
  assert.deepEqual(await effects(), ['p0', 'p1', 'p2']);
  assert.equal(troubles.filter((one) => one === 'bad parked').length, 1);
  const { rows } = await pool.query<{ reason: string }>('select reason from practitioners.dead_letter order by seq');
  assert.deepEqual(rows, [{ reason: 'TypeError' }, { reason: 'waits for an earlier entry' }]);
  const replayed: number[] = [];
  assert.equal(await replayDeadLetters(pool, NAME, async (entry) => void replayed.push(entry.version)), 2);
  assert.deepEqual(replayed, [1, 2]);
  assert.deepEqual(await countDeadLetters(pool, NAME.schema), []);
});
