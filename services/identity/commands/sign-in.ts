// Somebody proves to be an account by its password. Every failure looks and lasts the same, whether the account
// exists or not.
import type { Passwords } from '../passwords.ts';
import { LONGEST_PASSWORD_BYTES } from '../passwords.ts';
import { fold, type IdentityStore } from '../store.ts';
import { countSignIn } from './count-sign-in.ts';

export type SignIn =
  | { readonly kind: 'signed-in'; readonly accountId: string }
  | { readonly kind: 'wrong' | 'throttled' };

const LONGEST_USERNAME = 254;

/** @throws Refusal `transient` when too many people sign in at once */
export async function signIn(
  { store, passwords }: { readonly store: IdentityStore; readonly passwords: Passwords },
  given: { readonly username: string; readonly password: string; readonly address: string },
): Promise<SignIn> {
  const username = fold(given.username.slice(0, LONGEST_USERNAME + 1));
  const attempt = await countSignIn(store, { username, address: given.address });
  if (!attempt.mayTry) return { kind: 'throttled' };
  const tooLong = Buffer.byteLength(given.password) > LONGEST_PASSWORD_BYTES;
  const account = await store.accountByUsername(username);
  const right = await passwords.matches(account?.passwordHash ?? null, tooLong ? '' : given.password);
  if (account === null || !right || tooLong) return { kind: 'wrong' };
  await attempt.succeeded();
  return { kind: 'signed-in', accountId: account.id };
}
