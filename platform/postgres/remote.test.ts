import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withPostgres } from '@polyclinic/testing';
import { checkServer, parseDatabaseUrl } from './remote.ts';

test('a server that could lose what it acknowledged is refused', async () => {
  // The server of the tests runs without fsync.
  const { connection } = await (await withPostgres()).freshDatabase();
  await assert.rejects(checkServer(connection), /fsync is off/);
  assert.match(await checkServer(connection, true), /^PostgreSQL 18/);
});

test('a database that is not there is told without the password', async () => {
  const url = 'postgres://me:hidden@127.0.0.1:1/none';
  await assert.rejects(
    checkServer(parseDatabaseUrl(url)),
    (error: Error) => !`${error.message}${error.stack}`.includes('hidden'),
  );
});
