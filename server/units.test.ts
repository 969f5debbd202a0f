import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { refuse } from '@polyclinic/kit';
import { withFixedClock } from '@polyclinic/testing';
import { loadDemo } from './demo.ts';
import { told } from './told.ts';
import { createUuid7 } from './uuid7.ts';
import { derivedSecret, workloadKey } from './workload-key.ts';

test('new ids are UUIDv7, never repeat and always grow, also when the clock stands still or goes back', () => {
  const clock = withFixedClock();
  const next = createUuid7(clock.now);
  const ids = Array.from({ length: 10_000 }, (_, n) => {
    if (n === 5_000) clock.advance(-1_000);
    return next();
  });
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.equal(new Set(ids).size, ids.length);
  assert.deepEqual(ids, ids.toSorted());
  assert.equal(Number.parseInt(ids[0]!.replace('-', '').slice(0, 12), 16), clock.now().getTime() + 1_000);
});

test('the workload key is made once, kept private, and a given one wins', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'polyclinic-key-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const key = workloadKey(folder, null);
  assert.ok(key.length >= 32);
  assert.equal(workloadKey(folder, null), key);
  assert.equal(statSync(join(folder, 'workload.key')).mode & 0o077, 0);
  assert.equal(workloadKey(folder, 'given'), 'given');
  assert.notEqual(derivedSecret(key, 'a'), derivedSecret(key, 'b'));
});

test('the demo is loaded part by part with visible progress, and a refusal stops it', async () => {
  const said: string[] = [];
  const parts = [1, 2, 3, 4].map((n) => ({ clinic: n % 2, title: `part ${n}`, size: 10, bundle: `${n}` }));
  const bodies: string[] = [];
  const answer = (status: number) => async (request: { body: string }) => {
    bodies.push(request.body);
    return { status, headers: {}, body: '{}' };
  };
  await loadDemo(parts, 40, answer(200), (line) => void said.push(line));
  assert.deepEqual(bodies, ['1', '2', '3', '4']);
  assert.deepEqual(
    said.map((line) => Number(/(\d+) %/.exec(line)?.[1])),
    [0, 20, 50, 70, 100],
  );
  await assert.rejects(
    loadDemo(parts, 40, answer(422), () => {}),
    /part 1 was answered 422/,
  );
  assert.equal(bodies.length, 5);
});

test('what we say is a sentence, what breaks is told with its place', () => {
  assert.equal(told(new Error('Port 1 is taken.')), 'Port 1 is taken.');
  assert.equal(told(refuse('transient', 'away')), 'away');
  assert.match(told(new TypeError('x is not a function')), /at /);
});
