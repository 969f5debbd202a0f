// The second factor of an account: an authenticator app, and codes on paper for when it is gone.
import { randomBytes } from 'node:crypto';
import { BYTES_FOR_CODES, hashOfRecoveryCode, recoveryCodesFrom } from '../domain/recovery-codes.ts';
import { secretFrom, stepOfCode } from '../domain/totp.ts';
import type { Account, IdentityStore } from '../store.ts';
import { attemptKey, countAttempts } from './count-attempts.ts';
import { orderLetter } from './order-letter.ts';

type Whose = Pick<Account, 'id' | 'username'>;

/** A million codes, three of them good at a time: ten guesses an hour are no way in. */
const GUESSES_AN_HOUR = 10;

export async function hasSecondFactor({ sql }: IdentityStore, accountId: string): Promise<boolean> {
  const { rows } = await sql.query(
    'select 1 from identity.second_factor where account_id = $1 and confirmed_at is not null',
    [accountId],
  );
  return rows.length > 0;
}

/** The secret to put into the app; the same until it is confirmed, so that a page can be opened again. */
export async function beginSecondFactor({ sql }: IdentityStore, accountId: string): Promise<string> {
  const { rows } = await sql.query<{ secret: string }>(
    `insert into identity.second_factor (account_id, secret) values ($1, $2)
     on conflict (account_id) do update set secret = second_factor.secret
     returning secret`,
    [accountId, secretFrom(new Uint8Array(randomBytes(20)))],
  );
  return rows[0]?.secret ?? '';
}

/** Turns it on, once the app shows the right code. Returns the recovery codes, or null for a wrong code. */
export async function confirmSecondFactor(
  store: IdentityStore,
  account: Whose,
  code: string,
): Promise<readonly string[] | null> {
  const step = await guessedStep(store, account.id, code.replace(/\s/g, ''));
  if (step === null) return null;
  const { rows } = await store.sql.query(
    `update identity.second_factor set confirmed_at = $2, last_step = $3
      where account_id = $1 and confirmed_at is null returning account_id`,
    [account.id, store.now(), step],
  );
  if (rows.length === 0) return null;
  await orderLetter(store, { kind: 'second-factor-changed', address: account.username });
  return await newRecoveryCodes(store, account.id);
}

/** In place of all earlier ones. */
export async function newRecoveryCodes({ sql }: IdentityStore, accountId: string): Promise<readonly string[]> {
  const codes = recoveryCodesFrom(randomBytes(BYTES_FOR_CODES));
  await sql.query(
    `with gone as (delete from identity.recovery_code where account_id = $1)
     insert into identity.recovery_code (account_id, hash) select $1, unnest($2::text[])`,
    [accountId, codes.map(hashOfRecoveryCode)],
  );
  return codes;
}

/** A code of the app or from the paper. Each works once, in whichever process and however many try at once. */
export async function proveSecondFactor(store: IdentityStore, accountId: string, code: string): Promise<boolean> {
  const { sql } = store;
  const typed = code.replace(/\s/g, '');
  if (/^\d{6}$/.test(typed)) {
    const step = await guessedStep(store, accountId, typed);
    if (step === null) return false;
    const { rows } = await sql.query(
      `update identity.second_factor set last_step = $2
        where account_id = $1 and confirmed_at is not null and last_step < $2 returning account_id`,
      [accountId, step],
    );
    return rows.length > 0;
  }
  if (!(await mayGuess(store, accountId))) return false;
  const { rows } = await sql.query(
    'delete from identity.recovery_code where account_id = $1 and hash = $2 returning account_id',
    [accountId, hashOfRecoveryCode(typed)],
  );
  return rows.length > 0;
}

export async function removeSecondFactor(store: IdentityStore, account: Whose): Promise<void> {
  await store.sql.query(
    `with codes as (delete from identity.recovery_code where account_id = $1)
     delete from identity.second_factor where account_id = $1`,
    [account.id],
  );
  await orderLetter(store, { kind: 'second-factor-changed', address: account.username });
}

async function guessedStep(store: IdentityStore, accountId: string, code: string): Promise<number | null> {
  if (!(await mayGuess(store, accountId))) return null;
  const { rows } = await store.sql.query<{ secret: string }>(
    'select secret from identity.second_factor where account_id = $1',
    [accountId],
  );
  const secret = rows[0]?.secret;
  const step = secret === undefined ? null : stepOfCode(secret, code, store.now());
  // A right code was no guess.
  if (step !== null)
    await store.sql.query('update identity.sign_in_count set attempts = greatest(attempts - 1, 0) where key = $1', [
      attemptKey('second-factor', accountId),
    ]);
  return step;
}

async function mayGuess(store: IdentityStore, accountId: string): Promise<boolean> {
  const key = attemptKey('second-factor', accountId);
  return ((await countAttempts(store, [key])).get(key) ?? 0) <= GUESSES_AN_HOUR;
}
