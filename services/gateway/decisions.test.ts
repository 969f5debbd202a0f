import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { migrate, type Pool } from '@polyclinic/postgres';
import { withPostgres } from '@polyclinic/testing';
import { createDecisions } from './decisions.ts';
import { isReached, markReached } from './milestones.ts';

const prepare = (pool: Pool) =>
  migrate({ pool, schema: 'gateway', folders: [join(import.meta.dirname, 'migrations')] });

test('the first decision stands, whoever asks later and however many ask at once', async () => {
  const { pool } = await (await withPostgres()).freshDatabase(prepare);
  const decisions = createDecisions(pool);
  assert.equal(await decisions.decide('t1', 'commit'), 'commit');
  assert.equal(await decisions.decide('t1', 'rollback'), 'commit');
  assert.equal(await decisions.decide('t2', 'rollback'), 'rollback');
  for (let round = 0; round < 20; round += 1) {
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => decisions.decide(`race ${round}`, n % 2 === 0 ? 'commit' : 'rollback')),
    );
    assert.equal(new Set(answers).size, 1);
  }
});

test('a milestone is reached once and stays reached', async () => {
  const { pool } = await (await withPostgres()).freshDatabase(prepare);
  assert.equal(await isReached(pool, 'demo'), false);
  await markReached(pool, 'demo');
  await markReached(pool, 'demo');
  assert.equal(await isReached(pool, 'demo'), true);
});
