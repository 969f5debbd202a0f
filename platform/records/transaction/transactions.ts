// Runs transactions: a few at a time, repeated when they met another crosswise, committed or prepared for a decision
// that several processes take together.
import { refuse } from '@polyclinic/kit';
import { isWorthRepeating, type Pool, type PooledConnection } from '@polyclinic/postgres';
import { unfit } from '../gather.ts';
import type { RecordsTransaction } from '../types.ts';
import { isLockTimeout } from '../write/data-errors.ts';
import { inTransaction, type TransactionSetting } from './in-transaction.ts';

export type Work<T> = (tx: RecordsTransaction) => Promise<T>;

export interface Transactions {
  commit<T>(work: Work<T>): Promise<T>;
  prepare<T>(gid: string, work: Work<T>): Promise<T>;
}

// A transaction keeps its connection while its caller thinks, so some connections are always left for single requests
// and for what a transaction itself reads on the side.
const AT_ONCE = 2;
// Each waits for those before it; more would time out.
const WAITING = 200;
const TRIES = 8;

export function createTransactions(setting: TransactionSetting, atOnce = AT_ONCE): Transactions {
  const { pool } = setting;
  const waiting: (() => void)[] = [];
  let running = 0;

  async function turn<T>(run: () => Promise<T>): Promise<T> {
    if (running >= atOnce) {
      if (waiting.length >= WAITING)
        throw refuse('transient', 'Too many transactions are waiting for the database; try again.');
      await new Promise<void>((go) => waiting.push(go));
    } else running++;
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  }

  async function repeated<T>(work: Work<T>, end: string): Promise<T> {
    for (let tries = 1; ; tries++) {
      try {
        return await once(setting, pool, work, end);
      } catch (error) {
        // Everything was rolled back, so the same work may start anew.
        const cause = error instanceof Error ? (error.cause ?? error) : error;
        if (tries === TRIES || !(isWorthRepeating(cause) || isLockTimeout(cause))) throw error;
      }
    }
  }

  return {
    commit: (work) => turn(() => repeated(work, 'commit')),
    prepare: (gid, work) => turn(() => repeated(work, `prepare transaction '${gid}'`)),
  };
}

async function once<T>(setting: TransactionSetting, pool: Pool, work: Work<T>, end: string): Promise<T> {
  const connection = await pool.connect();
  let broken: Error | undefined;
  let over = false;
  try {
    await connection.query('begin isolation level read committed');
    const { tx, committed } = inTransaction(setting, {
      query: ((statement: string, values?: readonly unknown[]) => {
        if (over) throw new Error('a transaction was used after its end');
        return connection.query(statement, values);
      }) as PooledConnection['query'],
    });
    const result = await work(tx);
    over = true;
    await connection.query(end);
    if (end === 'commit') committed();
    return result;
  } catch (error) {
    over = true;
    broken = unfit(error) ?? (await rollBack(connection));
    throw error;
  } finally {
    connection.release(broken);
  }
}

async function rollBack(connection: PooledConnection): Promise<Error | undefined> {
  try {
    await connection.query('rollback');
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error('rollback failed');
  }
}
