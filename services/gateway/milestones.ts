// What was done once for this database and must not be done again.
import type { Sql } from '@polyclinic/postgres';

export async function isReached(pool: Sql, name: string): Promise<boolean> {
  const { rows } = await pool.query('select 1 from gateway.milestone where name = $1', [name]);
  return rows.length > 0;
}

export async function markReached(pool: Sql, name: string): Promise<void> {
  await pool.query('insert into gateway.milestone (name) values ($1) on conflict (name) do nothing', [name]);
}
