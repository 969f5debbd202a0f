import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal, refuse } from '@polyclinic/kit';
import { createPool, transaction } from '@polyclinic/postgres';
import { withPostgres } from '@polyclinic/testing';

const prepare = (pool: { query: (text: string) => Promise<unknown> }) =>
  pool.query('create table note (id int primary key, body text not null)');

test('a transaction keeps everything or nothing', async () => {
  const { pool } = await (await withPostgres()).freshDatabase(prepare);
  await transaction(pool, async (sql) => {
    await sql.query('insert into note values ($1, $2)', [1, 'kept']);
  });
  await assert.rejects(
    transaction(pool, async (sql) => {
      await sql.query('insert into note values ($1, $2)', [2, 'lost']);
      throw refuse('conflict', 'changed my mind');
    }),
    { message: 'changed my mind' },
  );
  const { rows } = await pool.query<{ body: string }>('select body from note order by id');
  assert.deepEqual(rows, [{ body: 'kept' }]);
  assert.equal(pool.load.open, 1, 'a rolled-back connection is used again');
});

test('every test has a database of its own', async () => {
  const server = await withPostgres();
  const [one, other] = await Promise.all([server.freshDatabase(prepare), server.freshDatabase(prepare)]);
  await one.pool.query(`insert into note values (1, 'mine')`);
  assert.equal((await other.pool.query('select 1 from note')).rowCount, 0);
});

test('a connection that broke is not handed to the next caller', async () => {
  const { pool } = await (await withPostgres()).freshDatabase();
  await assert.rejects(
    transaction(pool, (sql) => sql.query('select pg_terminate_backend(pg_backend_pid())')),
    (error) => error instanceof Refusal && error.issues[0]?.code === 'transient',
  );
  assert.equal(pool.load.open, 0);
  assert.equal((await pool.query('select 1')).rowCount, 1);
});

test('a statement that runs too long is refused as too costly', async () => {
  const { connection } = await (await withPostgres()).freshDatabase();
  const pool = createPool({ connection, name: 'impatient', statementTimeoutMs: 50 });
  await assert.rejects(pool.query('select pg_sleep(5)'), (error) => error instanceof Refusal && error.status === 503);
  await pool.end();
});

test('a lock that somebody holds is waited for only so long', async () => {
  const { pool, connection } = await (await withPostgres()).freshDatabase(prepare);
  const impatient = createPool({ connection, name: 'impatient', lockTimeoutMs: 50 });
  await transaction(pool, async (sql) => {
    await sql.query('lock table note');
    await assert.rejects(
      impatient.query('select * from note'),
      (error) => error instanceof Refusal && error.status === 503,
    );
  });
  assert.equal((await impatient.query('select * from note')).rowCount, 0);
  await impatient.end();
});

test('a caller is refused when every connection stays busy', async () => {
  const { connection } = await (await withPostgres()).freshDatabase();
  const pool = createPool({ connection, name: 'narrow', max: 1, waitMs: 50 });
  const held = await pool.connect();
  await assert.rejects(pool.query('select 1'), (error) => error instanceof Refusal && error.status === 503);
  held.release();
  assert.equal((await pool.query('select 1')).rowCount, 1);
  await pool.end();
});

test('a mistake in SQL stays a defect', async () => {
  const { pool } = await (await withPostgres()).freshDatabase();
  await assert.rejects(pool.query('selekt 1'), (error) => !(error instanceof Refusal));
});
