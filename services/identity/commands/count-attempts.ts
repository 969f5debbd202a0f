// Counts attempts per hour in PostgreSQL, the same for all processes. Counted before anything else is looked at, so
// that a hundred at once count as a hundred.
import { createHash } from 'node:crypto';
import type { IdentityStore } from '../store.ts';

export const HOUR_MS = 3_600_000;

/** Names and addresses are not kept, only this. */
export const attemptKey = (...parts: readonly string[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('base64url');

/** Adds one to each key. Returns how many there were in this hour, this one included. */
export async function countAttempts(
  { sql, now }: Pick<IdentityStore, 'sql' | 'now'>,
  keys: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const { rows } = await sql.query<{ key: string; attempts: number }>(
    `insert into identity.sign_in_count as c (key, attempts, window_ends_at)
     select key, 1, $2 from unnest($1::text[]) as given (key) order by key
     on conflict (key) do update
       set attempts = case when c.window_ends_at <= $3 then 1 else c.attempts + 1 end,
           window_ends_at = case when c.window_ends_at <= $3 then excluded.window_ends_at else c.window_ends_at end
     returning key, attempts`,
    [keys, new Date(now().getTime() + HOUR_MS), now()],
  );
  return new Map(rows.map((row) => [row.key, row.attempts]));
}
