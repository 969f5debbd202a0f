// Slows down guessing. Every attempt is counted before the password is looked at, so that a hundred guesses at once
// count as a hundred; counters live in PostgreSQL, the same for all processes.
import type { IdentityStore } from '../store.ts';
import { attemptKey, countAttempts, HOUR_MS } from './count-attempts.ts';

const KNOWN_PLACE_MS = 90 * 24 * HOUR_MS;

/** Failed attempts per hour until the next is refused unseen. */
export const LIMITS = {
  /** For one account from places it never signed in from, all together. */
  account: 10,
  /** For one account from one place it knows: guesses from elsewhere don't lock the owner out here. */
  knownPlace: 10,
  /** From one address for all accounts: a clinic's staff may share one. */
  address: 100,
} as const;

export interface CountedAttempt {
  /** False: refused unseen, whatever the password. */
  readonly mayTry: boolean;
  /** Call after the right password: the attempt was none, and the place is known from now on. */
  succeeded(): Promise<void>;
}

export async function countSignIn(
  store: IdentityStore,
  { username, address }: { readonly username: string; readonly address: string },
): Promise<CountedAttempt> {
  const { sql, now } = store;
  const place = attemptKey('place', username, address);
  const known = await sql.query('select 1 from identity.known_place where key = $1 and expires_at > $2', [
    place,
    now(),
  ]);
  const isKnown = known.rows.length > 0;
  const counted = isKnown ? place : attemptKey('account', username);
  const from = attemptKey('address', address);
  const attempts = await countAttempts(store, [counted, from]);
  const limit = isKnown ? LIMITS.knownPlace : LIMITS.account;
  return {
    mayTry: (attempts.get(counted) ?? 0) <= limit && (attempts.get(from) ?? 0) <= LIMITS.address,
    async succeeded() {
      await sql.query(
        `with forgiven as (
           update identity.sign_in_count set attempts = greatest(attempts - 1, 0) where key = any($1::text[])
         )
         insert into identity.known_place (key, expires_at) values ($2, $3)
         on conflict (key) do update set expires_at = excluded.expires_at`,
        [[counted, from], place, new Date(now().getTime() + KNOWN_PLACE_MS)],
      );
    },
  };
}
