// Brings a schema up to date: numbered SQL files, each run once, in order, in a transaction of its own. A process
// killed half-way leaves the last complete file; several processes at once wait for each other.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Refusal } from '@polyclinic/kit';
import pg from 'pg';
import type { Pool } from './pool.ts';
import type { Sql } from './sql.ts';
import { transaction } from './transaction.ts';

export interface Migration {
  /** `records/0001-log.sql`: the room that wrote it and the file. */
  readonly name: string;
  readonly text: string;
  readonly digest: string;
}

export interface MigrateOptions {
  readonly pool: Pool;
  /** Created when missing; unqualified names in the files mean this schema. */
  readonly schema: string;
  /** Folders called `migrations`, in the order they are run. */
  readonly folders: readonly string[];
  /** The role that shall own what is made; the pool's own when absent. */
  readonly role?: string;
}

// Extensions live in public, where every schema's statements find their operators.
const EXTENSIONS = ['pg_trgm', 'btree_gist'];
const FILE_NAME = /^\d{4}-[a-z0-9-]+\.sql$/;
const LOCK_TRIES = 30;

/** @returns the names of the files that were run now */
export async function migrate({ pool, schema, folders, role }: MigrateOptions): Promise<string[]> {
  const migrations = folders.flatMap(readMigrations);
  await ensureExtensions(pool);
  await locked(pool, schema, (sql) => prepareSchema(sql, schema, role));
  const done: string[] = [];
  for (const migration of migrations) {
    const ran = await patiently(() => locked(pool, schema, (sql) => apply(sql, schema, migration, role)));
    if (ran) done.push(migration.name);
  }
  return done;
}

/** The migrations of one folder, by number. @throws Error where a file's name has no number */
export function readMigrations(folder: string): Migration[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      if (!FILE_NAME.test(file))
        throw new Error(`${join(folder, file)}: a migration is called like 0001-what-it-does.sql`);
      const text = readFileSync(join(folder, file), 'utf8');
      return {
        name: `${basename(dirname(folder))}/${file}`,
        text,
        digest: createHash('sha256').update(text).digest('hex'),
      };
    });
}

/** Makes the extensions the platform's SQL rests on; needs a role that may. */
export async function ensureExtensions(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ extname: string }>('select extname from pg_extension');
  const missing = EXTENSIONS.filter((name) => !rows.some(({ extname }) => extname === name));
  if (missing.length > 0)
    await locked(pool, '', async (sql) => {
      for (const name of missing) await sql.query(`create extension if not exists ${name} schema public`);
    });
}

// The advisory lock may be long in coming; only after it do the limits for table locks hold.
function locked<T>(pool: Pool, schema: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  return transaction(pool, async (sql) => {
    await sql.query(`set local statement_timeout = 0; set local lock_timeout = 0`);
    await sql.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`polyclinic.migrate.${schema}`]);
    // A migration that waits for a table lock makes everybody queue behind it: rather give up and try again.
    await sql.query(`set local lock_timeout = '2s'`);
    return await work(sql);
  });
}

async function prepareSchema(sql: Sql, schema: string, role: string | undefined): Promise<void> {
  const name = pg.escapeIdentifier(schema);
  const owner = role === undefined ? '' : ` authorization ${pg.escapeIdentifier(role)}`;
  const { rows } = await sql.query('select 1 from pg_namespace where nspname = $1', [schema]);
  if (rows.length === 0) await sql.query(`create schema ${name}${owner}`);
  if (role !== undefined) await sql.query(`set local role ${pg.escapeIdentifier(role)}`);
  await sql.query(
    `create table if not exists ${name}.migration (name text primary key, digest text not null, at timestamptz not null default now())`,
  );
}

async function apply(sql: Sql, schema: string, migration: Migration, role: string | undefined): Promise<boolean> {
  if (role !== undefined) await sql.query(`set local role ${pg.escapeIdentifier(role)}`);
  const name = pg.escapeIdentifier(schema);
  await sql.query(`set local search_path to ${name}, public`);
  const { rows } = await sql.query<{ digest: string }>(`select digest from ${name}.migration where name = $1`, [
    migration.name,
  ]);
  const [known] = rows;
  if (known !== undefined) {
    if (known.digest !== migration.digest)
      throw new Error(
        `${migration.name} was changed after it had been run on the schema ${schema}. ` +
          'A migration that has been released stays as it is: put it back and write the change into a new one.',
      );
    return false;
  }
  await sql.query(migration.text);
  await sql.query(`insert into ${name}.migration (name, digest) values ($1, $2)`, [migration.name, migration.digest]);
  return true;
}

// Only a lock that somebody else holds is waited for.
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const cause = error instanceof Refusal ? error.cause : error;
      if (tries >= LOCK_TRIES || !(cause instanceof pg.DatabaseError) || cause.code !== '55P03') throw error;
      await pause(Math.min(100 * tries, 1_000));
    }
  }
}
