// How transactions over several owners end, durably: what is written here first is what happens.
import type { Sql } from '@polyclinic/postgres';

export type Ending = 'commit' | 'rollback';

export interface Decisions {
  /** Records the ending unless one stands already; returns the one that stands. */
  decide(name: string, how: Ending): Promise<Ending>;
}

export function createDecisions(pool: Sql): Decisions {
  return {
    decide: async (name, how) => {
      // Of two that decide at once the second waits here for the first one's commit, so the read below sees it.
      await pool.query('insert into gateway.decision (name, how) values ($1, $2) on conflict (name) do nothing', [
        name,
        how,
      ]);
      const { rows } = await pool.query<{ how: Ending }>('select how from gateway.decision where name = $1', [name]);
      return rows[0]!.how;
    },
  };
}

export function presentDecisions(decisions: Decisions | null): Decisions {
  if (decisions === null) throw new Error('gateway was called in a process that does not run it');
  return decisions;
}
