// Databases on a server: one for the platform, and in tests one for each test.
import pg from 'pg';
import type { Connection } from './connection.ts';

/** Runs `work` on one connection of its own, for what can't run in a pool: creating databases, checking a server. */
export async function withClient<T>(connection: Connection, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const { tls, ...where } = connection;
  const client = new pg.Client({ ...where, ...(tls ? { ssl: tls } : {}), connectionTimeoutMillis: 10_000 });
  // A connection that breaks while unused is reported by the next query on it.
  client.on('error', () => {});
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export async function ensureDatabase(admin: Connection, name: string): Promise<void> {
  await withClient(admin, async (client) => {
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(name)}`);
  });
}

/** Makes `name` as a copy of `template`; nobody may be connected to the template. */
export async function copyDatabase(admin: Connection, template: string, name: string): Promise<void> {
  await withClient(admin, (client) =>
    client.query(`create database ${pg.escapeIdentifier(name)} template ${pg.escapeIdentifier(template)}`),
  );
}

export async function dropDatabase(admin: Connection, name: string): Promise<void> {
  await withClient(admin, (client) =>
    client.query(`drop database if exists ${pg.escapeIdentifier(name)} with (force)`),
  );
}
