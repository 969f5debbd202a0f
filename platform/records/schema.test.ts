import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { describeSchema, differenceFromSnapshot, migrate } from '@polyclinic/postgres';
import { withPostgres } from '@polyclinic/testing';
import { recordsMigrations } from './index.ts';

test('the migrations make exactly the schema that was reviewed', async () => {
  const { pool } = await (await withPostgres()).freshDatabase();
  await migrate({ pool, schema: 'reviewed', folders: [recordsMigrations] });
  assert.equal(
    differenceFromSnapshot(join(import.meta.dirname, 'schema.snapshot.txt'), await describeSchema(pool, 'reviewed')),
    null,
  );
});
