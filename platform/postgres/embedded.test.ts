import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { eventually } from '@polyclinic/testing';
import { databaseAccount } from './account.ts';
import { withClient } from './database.ts';
import { type EmbeddedServer, startEmbedded } from './embedded.ts';
import { keepRunning } from './keep-running.ts';
import { isAlive } from './owner.ts';

const home = mkdtempSync(join(tmpdir(), 'polyclinic-embedded-'));
// The account PostgreSQL runs as under root has to get in.
chmodSync(home, 0o755);
const children: ChildProcess[] = [];
after(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(home, { recursive: true, force: true });
});

const ask = async (server: Pick<EmbeddedServer, 'connection'>, text: string): Promise<unknown[]> =>
  (await withClient(server.connection(), (client) => client.query(text))).rows;

test('the first start makes a database, later ones find it as it was left', async () => {
  const folder = join(home, 'first', 'postgres');
  const first = await startEmbedded({ folder });
  assert.deepEqual(
    await ask(
      first,
      `select current_setting('synchronous_commit') as a, current_setting('fsync') as b, current_setting('data_checksums') as c`,
    ),
    [{ a: 'on', b: 'on', c: 'on' }],
  );
  await ask(first, `create table kept as select 'Straße' as word`);
  await first.stop();
  assert.equal(isAlive(first.pid), false);
  const second = await startEmbedded({ folder });
  assert.deepEqual(await ask(second, 'select word from kept'), [{ word: 'Straße' }]);
  await second.stop();
  assert.equal(statSync(`${folder}.password`).mode & 0o777, 0o600, 'nobody else reads the password');
  assert.equal(statSync(folder).uid, databaseAccount(folder)?.uid ?? process.getuid?.());
});

test('a server killed with everything it had open recovers what was committed, and nothing else', async () => {
  const folder = join(home, 'killed', 'postgres');
  const server = await startEmbedded({ folder });
  await ask(server, 'create table kept (id int)');
  await withClient(server.connection(), async (client) => {
    await client.query('insert into kept values (1)');
    await client.query('begin; insert into kept values (2)');
    process.kill(server.pid, 'SIGKILL');
    await server.gone;
  }).catch(() => {});
  const again = await startEmbedded({ folder });
  assert.deepEqual(await ask(again, 'select id from kept'), [{ id: 1 }]);
  await again.stop();
});

test('a server whose own processes outlive it is started all the same', async () => {
  const folder = join(home, 'orphans', 'postgres');
  const server = await startEmbedded({ folder });
  await ask(server, 'create table kept as select 1 as id');
  // A statement that does not look up keeps its process from noticing that the server is gone.
  const busy = withClient(server.connection(), (client) =>
    client.query(`select count(*) from generate_series(1, 400000000) a`),
  ).catch(() => {});
  await eventually(
    async () => (await ask(server, `select 1 from pg_stat_activity where query like 'select count%'`)).length > 0,
  );
  process.kill(server.pid, 'SIGKILL');
  await server.gone;
  const again = await startEmbedded({ folder });
  assert.deepEqual(await ask(again, 'select id from kept'), [{ id: 1 }]);
  await busy;
  await again.stop();
});

test('a kept server that dies is started again and says so', async () => {
  const said: string[] = [];
  const kept = await keepRunning({ folder: join(home, 'kept', 'postgres'), report: (message) => said.push(message) });
  await ask(kept, 'create table kept as select 1 as id');
  const died = kept.pid();
  process.kill(died, 'SIGKILL');
  await eventually(() => kept.restarts() === 1);
  assert.notEqual(kept.pid(), died);
  assert.deepEqual(await ask(kept, 'select id from kept'), [{ id: 1 }]);
  await kept.stop();
  assert.equal(isAlive(kept.pid()), false);
  assert.equal(kept.restarts(), 1, 'a stop that was asked for is no death');
  assert.ok(
    said.some((line) => line.includes('died (SIGKILL)')),
    said.join('\n'),
  );
});

async function abandonedServer(folder: string): Promise<{ owner: ChildProcess; pid: number }> {
  const owner = spawn(process.execPath, [join(import.meta.dirname, 'abandoned-server.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(owner);
  let printed = '';
  owner.stdout?.on('data', (chunk: Buffer) => (printed += chunk));
  const pid = await eventually(() => Number(printed.split('\n')[0]) || null);
  return { owner, pid };
}

test('a folder that a living platform uses is refused, naming folder and process', async () => {
  const folder = join(home, 'taken', 'postgres');
  const { owner, pid } = await abandonedServer(folder);
  await assert.rejects(
    startEmbedded({ folder }),
    (error: Error) => error.message.includes(folder) && error.message.includes(String(owner.pid)),
  );
  assert.equal(isAlive(pid), true, 'the server of the other one is left alone');
  // Its owner gone, the same server is a leftover: it is stopped and a new one takes over.
  owner.kill('SIGKILL');
  await eventually(() => !isAlive(owner.pid!));
  const said: string[] = [];
  const server = await startEmbedded({ folder, report: (message) => said.push(message) });
  assert.equal(isAlive(pid), false);
  assert.match(said.join(), new RegExp(`process ${pid}`));
  await server.stop();
});

test('a pid file that names somebody else is no obstacle', async () => {
  const folder = join(home, 'stale', 'postgres');
  await (await startEmbedded({ folder })).stop();
  const account = databaseAccount(folder);
  // A living process of the same account, as happens when process numbers start over.
  const stranger = spawn('sleep', ['60'], { ...account, stdio: 'ignore' });
  children.push(stranger);
  // The server's own remains, where nobody has collected its exit: as in containers without an init process.
  const parent = spawn('sh', ['-c', 'true & echo $!; exec sleep 60'], {
    ...account,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(parent);
  let printed = '';
  parent.stdout.on('data', (chunk: Buffer) => (printed += chunk));
  const zombie = await eventually(() => Number(printed));
  await eventually(() => !isAlive(zombie));
  for (const pid of [stranger.pid!, zombie, 4_000_000]) {
    writeFileSync(join(folder, 'postmaster.pid'), `${pid}\n${folder}\n1\n5432\n${folder}\n\n  1 1\nready\n`);
    writeFileSync(join(folder, '.s.PGSQL.5432.lock'), `${pid}\n${folder}\n1\n5432\n`);
    const server = await startEmbedded({ folder });
    assert.deepEqual(await ask(server, 'select 1 as one'), [{ one: 1 }]);
    await server.stop();
  }
  assert.equal(isAlive(stranger.pid!), true, 'the stranger is left alone');
});

test('a taken port, a folder with something else in it and an older database are told apart', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => other.once('listening', done));
  const { port } = other.address() as { port: number };
  await assert.rejects(
    startEmbedded({ folder: join(home, 'port', 'postgres'), port }),
    new RegExp(`Port ${port} .* is taken`),
  );
  other.close();
  const odd = join(home, 'odd', 'postgres');
  mkdirSync(odd, { recursive: true });
  await assert.rejects(startEmbedded({ folder: odd }), /holds no database/);
  writeFileSync(join(odd, 'PG_VERSION'), '17\n');
  await assert.rejects(startEmbedded({ folder: odd }), /PostgreSQL 17/);
});

test('people can reach it by TCP where a port is asked for, with the password only', async () => {
  const free = createServer().listen(0, '127.0.0.1');
  await new Promise((done) => free.once('listening', done));
  const { port } = free.address() as { port: number };
  await new Promise((done) => free.close(done));
  const server = await startEmbedded({ folder: join(home, 'tcp', 'postgres'), port });
  const byTcp = { ...server.connection(), host: '127.0.0.1' };
  await withClient(byTcp, (client) => client.query('select 1'));
  await assert.rejects(
    withClient({ ...byTcp, password: 'guess' }, (client) => client.query('select 1')),
    { code: '28P01' },
  );
  await server.stop();
});

test('a data folder that is closed to others can be passed afterwards, and still not be listed', async () => {
  const data = join(home, 'closed');
  mkdirSync(data, { mode: 0o700 });
  const server = await startEmbedded({ folder: join(data, 'postgres') });
  assert.equal(server.cluster, join(data, 'postgres'));
  assert.equal(statSync(data).mode & 0o666, 0o600);
  await server.stop();
});

test('a folder too deep for a socket gets one elsewhere', async () => {
  const server = await startEmbedded({ folder: join(home, 'deep'.repeat(20), 'postgres') });
  assert.ok(server.connection().host.length < 60);
  assert.deepEqual(await ask(server, 'select 1 as one'), [{ one: 1 }]);
  await server.stop();
  rmSync(server.connection().host, { recursive: true });
});

test('the log of the server holds neither statements nor values', async () => {
  const folder = join(home, 'quiet', 'postgres');
  const server = await startEmbedded({ folder });
  await withClient(server.connection(), async (client) => {
    await client.query('create table person (name text primary key)');
    await client.query('insert into person values ($1)', ['Canary Marker']);
    await assert.rejects(client.query('insert into person values ($1)', ['Canary Marker']));
    await assert.rejects(client.query(`insert into person values ('Canary Marker')`));
  });
  await server.stop();
  const log = readFileSync(`${folder}.log`, 'utf8');
  assert.match(log, /duplicate key/);
  assert.doesNotMatch(log, /Canary/);
});
