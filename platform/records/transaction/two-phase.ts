// Transactions that wait, prepared, for what all owners of a Bundle's resources decide together.
// https://www.postgresql.org/docs/current/sql-prepare-transaction.html
import { refuse } from '@polyclinic/kit';
import type { Pool } from '@polyclinic/postgres';

// PREPARE TRANSACTION takes no parameters and at most 199 bytes, and the names come from another process.
const NAME = /^[A-Za-z0-9._:-]{1,120}$/;

/** The database-wide name of this engine's part in the transaction. @throws Refusal for a name with other characters */
export function partName(engine: string, name: string): string {
  if (!NAME.test(name)) throw refuse('invalid', 'This is no name for a transaction.', { status: 400 });
  return `polyclinic/${engine}/${name}`;
}

/** Ends a prepared part. What is no longer there was ended before, so asking twice does no harm. */
export async function finishPart(pool: Pool, gid: string, how: 'commit' | 'rollback'): Promise<void> {
  try {
    await pool.query(`${how} prepared '${gid}'`);
  } catch (error) {
    // undefined_object
    if (!(error instanceof Error && 'code' in error && error.code === '42704')) throw error;
  }
}

/** The names of this engine's parts that nobody ended for a while. */
export async function partsInDoubt(pool: Pool, engine: string, olderThanMs: number): Promise<readonly string[]> {
  const prefix = partName(engine, 'x').slice(0, -1);
  const { rows } = await pool.query<{ gid: string }>({
    text: `select gid from pg_prepared_xacts
           where database = current_database() and starts_with(gid, $1)
             and prepared < clock_timestamp() - make_interval(secs => $2::float8 / 1000)
           order by prepared limit 1000`,
    values: [prefix, olderThanMs],
  });
  return rows.map(({ gid }) => gid.slice(prefix.length));
}

/** To be asked before a service is run apart from the others. @throws Error where the server keeps no prepared transactions */
export async function checkTwoPhase(pool: Pool): Promise<void> {
  const { rows } = await pool.query<{ most: number }>(
    `select setting::int4 as most from pg_settings where name = 'max_prepared_transactions'`,
  );
  if ((rows[0]?.most ?? 0) === 0)
    throw new Error(
      'PostgreSQL runs with max_prepared_transactions = 0, but services in several processes need it for transactions ' +
        'across them: set it to at least 64 in postgresql.conf and restart the server.',
    );
}
