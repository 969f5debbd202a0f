// A person gets another password, by a link or by the old one. Either way all sessions end: whoever learned the old
// password is out, too.
import type { Passwords } from '../passwords.ts';
import { type Account, fold, type IdentityStore } from '../store.ts';
import { attemptKey } from './count-attempts.ts';
import { hashOfLink, lookAtLink } from './mailed-link.ts';
import { orderLetter } from './order-letter.ts';
import { endEverythingOf } from './revoke.ts';

interface Rooms {
  readonly store: IdentityStore;
  readonly passwords: Passwords;
}

/** False when the link was not good, or somebody else was faster with it. */
export async function resetPassword({ store, passwords }: Rooms, token: string, password: string): Promise<boolean> {
  // Looked at first, so that a made-up link costs no hash.
  if ((await lookAtLink(store, 'reset', token)) === null) return false;
  const hash = await passwords.hash(password);
  // Using up the link and changing the password are one statement: of many at once, one gets through.
  const { rows } = await store.sql.query<Pick<Account, 'id' | 'username'>>(
    `with used as (
       delete from identity.mailed_link where hash = $1 and purpose = 'reset' and expires_at > $2 returning account_id
     )
     update identity.account a set password_hash = $3 from used
      where a.id = used.account_id and a.closed_at is null
      returning a.id, a.username`,
    [hashOfLink(token), store.now(), hash],
  );
  const [account] = rows;
  if (account === undefined) return false;
  // The mailbox is proven, so guesses made before no longer count against its owner.
  await store.sql.query('delete from identity.sign_in_count where key = $1', [
    attemptKey('account', fold(account.username)),
  ]);
  await afterwards(store, account);
  return true;
}

/** For somebody who just proved the old password. */
export async function changePassword(
  { store, passwords }: Rooms,
  account: Pick<Account, 'id' | 'username'>,
  password: string,
): Promise<void> {
  const hash = await passwords.hash(password);
  await store.sql.query('update identity.account set password_hash = $2 where id = $1', [account.id, hash]);
  await afterwards(store, account);
}

async function afterwards(store: IdentityStore, { id, username }: Pick<Account, 'id' | 'username'>): Promise<void> {
  await store.sql.query('delete from identity.mailed_link where account_id = $1', [id]);
  await endEverythingOf(store, id);
  await orderLetter(store, { kind: 'password-changed', address: username });
}
