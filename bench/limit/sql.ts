// The log and the index row of platform/records, written and read by two statements.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Pool } from '@polyclinic/postgres';

const RECORDS = dirname(createRequire(import.meta.url).resolve('@polyclinic/records'));

export const READ = `
  select k.n, l.content
  from unnest($1::text[]) with ordinality k(id, n)
  cross join lateral (
    select content from lim.log
    where clinic = 1 and type = 96 and id = k.id
    order by version desc limit 1
  ) l`;

export const WRITE = `
  with item as (
    select * from unnest($1::text[], $2::int[], $3::text[]) i(id, version, content)
  ), written as (
    insert into lim.log (fingerprint, at, clinic, version, type, operation, id, author, content)
    select hashtextextended(id, 0), now(), 1, version, 96, 'c', id, 'limit', content from item
    returning seq, id
  )
  insert into lim.current (seq, code, category, date, date_end, present, clinic, type, id, patient, terms)
  select seq, hashtextextended(id, 1) % 1000, hashtextextended(id, 2) % 4, now(), now(), 7, 1, 96, id, left(id, 6),
         array[hashtextextended(id, 3) % 50, hashtextextended(id, 4) % 5]
  from written
  on conflict (clinic, type, id) do update set seq = excluded.seq`;

/** The tables of platform/records in a schema of their own. */
export async function layTables(pool: Pool): Promise<void> {
  const tables = await readFile(join(RECORDS, 'migrations/0001-log-and-indexes.sql'), 'utf8');
  const client = await pool.connect();
  try {
    await client.query('create schema if not exists lim');
    await client.query('set search_path to lim, public');
    await client.query(tables);
    await client.query('reset search_path');
  } finally {
    client.release();
  }
}
