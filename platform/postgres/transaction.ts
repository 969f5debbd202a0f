// One database transaction around some work: all of it or nothing.
import { Refusal } from '@polyclinic/kit';
import { isConnectionTrouble } from './failure.ts';
import type { Pool } from './pool.ts';
import type { Sql } from './sql.ts';

export interface TransactionOptions {
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
  readonly readOnly?: boolean;
}

/** Runs `work` between BEGIN and COMMIT; whatever it throws rolls everything back and is thrown on. */
export async function transaction<T>(
  pool: Pool,
  work: (sql: Sql) => Promise<T>,
  { isolation = 'read committed', readOnly = false }: TransactionOptions = {},
): Promise<T> {
  const connection = await pool.connect();
  let broken: Error | undefined;
  try {
    await connection.query(`begin isolation level ${isolation}${readOnly ? ' read only' : ''}`);
    const result = await work(connection);
    await connection.query('commit');
    return result;
  } catch (error) {
    broken = await rollBack(connection, error);
    throw error;
  } finally {
    connection.release(broken);
  }
}

// Returns the error that makes the connection unfit for others, if any.
async function rollBack(connection: Sql, reason: unknown): Promise<Error | undefined> {
  const cause = reason instanceof Refusal && reason.cause !== undefined ? reason.cause : reason;
  if (isConnectionTrouble(cause)) return cause instanceof Error ? cause : new Error('connection lost');
  try {
    await connection.query('rollback');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error('rollback failed');
  }
}
