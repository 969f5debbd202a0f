// Sweeps away what time has ended, a bounded handful at a time: sign-ins must not wait behind the broom.
import type { IdentityStore } from '../store.ts';

const TABLES = [
  ['oidc_entry', 'expires_at'],
  ['revocation', 'expires_at'],
  ['sign_in_count', 'window_ends_at'],
  ['known_place', 'expires_at'],
  ['mailed_link', 'expires_at'],
  ['sign_in_step', 'expires_at'],
] as const;

/** @returns how many rows went; as many as `limit` per table, so call again when it is that many */
export async function purgeExpired({ sql, now }: IdentityStore, limit = 1_000): Promise<number> {
  let gone = 0;
  for (const [table, column] of TABLES) {
    const { rowCount } = await sql.query(
      `delete from identity.${table} where ctid = any(array(
         select ctid from identity.${table} where ${column} < $1 limit $2 for update skip locked))`,
      [now(), limit],
    );
    gone += rowCount ?? 0;
  }
  return gone;
}
