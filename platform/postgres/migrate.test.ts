import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  connectionUrl,
  createPool,
  describeSchema,
  differenceFromSnapshot,
  ensureRoles,
  migrate,
  parseDatabaseUrl,
  roleOf,
  rolePassword,
} from '@polyclinic/postgres';
import { eventually, withPostgres } from '@polyclinic/testing';

const home = mkdtempSync(join(tmpdir(), 'polyclinic-migrate-'));
after(() => rmSync(home, { recursive: true, force: true }));

function room(name: string, files: Record<string, string>): string {
  const folder = join(home, name, 'migrations');
  mkdirSync(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

test('each file runs once, in order, in its own schema', async () => {
  const { pool } = await (await withPostgres()).freshDatabase();
  const folders = [
    room('log', { '0001-log.sql': 'create table log (id int)', '0002-more.sql': 'alter table log add at date' }),
    room('own', { '0001-own.sql': 'create table own as select * from log' }),
  ];
  assert.deepEqual(await migrate({ pool, schema: 'patients', folders }), [
    'log/0001-log.sql',
    'log/0002-more.sql',
    'own/0001-own.sql',
  ]);
  assert.deepEqual(await migrate({ pool, schema: 'patients', folders }), [], 'nothing is left to do');
  await migrate({ pool, schema: 'visits', folders });
  const { rows } = await pool.query(
    `select table_schema as s from information_schema.columns where table_name = 'own' and column_name = 'at' order by 1`,
  );
  assert.deepEqual(rows, [{ s: 'patients' }, { s: 'visits' }]);
});

test('a file that was changed after it ran is refused by name', async () => {
  const { pool } = await (await withPostgres()).freshDatabase();
  const folders = [room('drift', { '0001-a.sql': 'create table a (id int)' })];
  await migrate({ pool, schema: 's', folders });
  room('drift', { '0001-a.sql': 'create table a (id bigint)' });
  await assert.rejects(migrate({ pool, schema: 's', folders }), /drift\/0001-a\.sql was changed/);
});

test('a file that fails leaves nothing of itself, and what came before stays', async () => {
  const { pool } = await (await withPostgres()).freshDatabase();
  const folders = [
    room('broken', { '0001-a.sql': 'create table a (id int)', '0002-b.sql': 'create table b (id int); select 1/0' }),
  ];
  await assert.rejects(migrate({ pool, schema: 's', folders }), /division by zero/);
  assert.deepEqual((await pool.query(`select tablename from pg_tables where schemaname = 's' order by 1`)).rows, [
    { tablename: 'a' },
    { tablename: 'migration' },
  ]);
  room('broken', { '0002-b.sql': 'create table b (id int)' });
  assert.deepEqual(await migrate({ pool, schema: 's', folders }), ['broken/0002-b.sql']);
});

test('many processes at once run each file once', async () => {
  const { connection } = await (await withPostgres()).freshDatabase();
  const folders = [
    room('crowd', {
      '0001-a.sql': 'create table a (id int)',
      '0002-b.sql': 'create table b (id int); select pg_sleep(0.05)',
    }),
  ];
  const pools = Array.from({ length: 6 }, () => createPool({ connection, name: 'crowd', max: 1 }));
  const ran = await Promise.all(pools.map((pool) => migrate({ pool, schema: 's', folders })));
  assert.deepEqual(ran.flat().sort(), ['crowd/0001-a.sql', 'crowd/0002-b.sql']);
  await Promise.all(pools.map((pool) => pool.end()));
});

test('a process killed in the middle of a file is followed by one that finishes', async () => {
  const { pool, connection } = await (await withPostgres()).freshDatabase();
  const folders = [
    room('killed', {
      '0001-a.sql': 'create table a (id int)',
      '0002-b.sql': 'create table b (id int); select pg_sleep(60)',
    }),
  ];
  const script = `import { createPool, migrate, parseDatabaseUrl } from '@polyclinic/postgres';
    const pool = createPool({ connection: parseDatabaseUrl(process.argv[1]), name: 'doomed' });
    await migrate({ pool, schema: 's', folders: [process.argv[2]] });`;
  const doomed = spawn(
    process.execPath,
    ['--input-type=module-typescript', '-e', script, connectionUrl(connection), folders[0]!],
    { cwd: import.meta.dirname, stdio: 'inherit' },
  );
  await eventually(
    async () =>
      (
        await pool.query(
          `select 1 from pg_stat_activity where application_name = 'doomed' and query like '%pg_sleep%' and datname = current_database()`,
        )
      ).rowCount,
  );
  doomed.kill('SIGKILL');
  await pool.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'doomed' and datname = current_database()`,
  );
  room('killed', { '0002-b.sql': 'create table b (id int)' });
  assert.deepEqual(await migrate({ pool, schema: 's', folders }), ['killed/0002-b.sql']);
});

test('a service connected as its own role reaches its own schema and no other', async () => {
  const { pool, connection } = await (await withPostgres()).freshDatabase();
  const folders = [room('owned', { '0001-a.sql': 'create table a (id bigint generated always as identity)' })];
  // Patients was run all-in-one before, so its tables are handed over; visits is new.
  await migrate({ pool, schema: 'patients', folders });
  const roles = ['patients', 'visits'].map((service) => ({ service, password: rolePassword('secret', service) }));
  await ensureRoles(pool, roles);
  await ensureRoles(pool, roles);
  const visits = createPool({
    connection: { ...connection, user: roleOf('visits'), password: rolePassword('secret', 'visits') },
    name: 'visits',
  });
  const patients = createPool({
    connection: { ...connection, user: roleOf('patients'), password: rolePassword('secret', 'patients') },
    name: 'patients',
  });
  await migrate({ pool: visits, schema: 'visits', folders });
  await visits.query('insert into visits.a default values');
  await patients.query('insert into patients.a default values');
  await assert.rejects(visits.query('select * from patients.a'), { code: '42501' });
  await assert.rejects(patients.query('drop table visits.a'), { code: '42501' });
  await Promise.all([visits.end(), patients.end()]);
});

test('a schema described as text differs where a migration changed it', async () => {
  const { pool } = await (await withPostgres()).freshDatabase();
  const file = join(home, 'schema.txt');
  await migrate({
    pool,
    schema: 's',
    folders: [room('shown', { '0001-a.sql': 'create table a (id int primary key, name text not null)' })],
  });
  assert.equal(differenceFromSnapshot(file, await describeSchema(pool, 's')), null);
  assert.equal(differenceFromSnapshot(file, await describeSchema(pool, 's')), null);
  await pool.query('create index on s.a (name)');
  assert.match(differenceFromSnapshot(file, await describeSchema(pool, 's')) ?? '', /a_name_idx/);
});

test('a URL names a server by socket or by host, with or without TLS', () => {
  const socket = { host: '/tmp/some folder', port: 5433, user: 'me', password: 'p@ss/word', database: 'clinic' };
  assert.deepEqual(parseDatabaseUrl(connectionUrl(socket)), socket);
  const host = { ...socket, host: 'db.example', port: 5432 };
  assert.deepEqual(parseDatabaseUrl(connectionUrl(host)), host);
  assert.equal(parseDatabaseUrl('postgres://u:p@db.example/x?sslmode=verify-full').tls?.rejectUnauthorized, true);
  assert.throws(
    () => parseDatabaseUrl('postgres://u:hidden@/'),
    (error: Error) => !error.message.includes('hidden'),
  );
});
