// A person gets another e-mail address, which is also the username. Both mailboxes are told at both steps, so that
// nobody's account wanders off unnoticed.
import type { Account, IdentityStore } from '../store.ts';
import { hashOfLink } from './mailed-link.ts';
import { orderLetter } from './order-letter.ts';

/** Asks the new mailbox. Says nothing about whether the address already belongs to somebody. */
export async function askForAddress(store: IdentityStore, account: Account, address: string): Promise<void> {
  await orderLetter(store, { kind: 'new-address', address, details: { accountId: account.id } });
  await orderLetter(store, { kind: 'address-asked', address: account.username });
}

/** False when the link was not good, or the address belongs to somebody else by now. */
export async function confirmAddress(store: IdentityStore, token: string): Promise<boolean> {
  const { rows } = await store.sql.query<{ before: string; address: string }>(
    `with used as (
       delete from identity.mailed_link
        where hash = $1 and purpose = 'new-address' and expires_at > $2
        returning account_id, address
     ), before as (
       select a.id, a.username as before, used.address from used
         join identity.account a on a.id = used.account_id and a.closed_at is null
        where not exists (select 1 from identity.account other where other.username = used.address)
     )
     update identity.account a set username = before.address from before where a.id = before.id
      returning before.before, before.address`,
    [hashOfLink(token), store.now()],
  );
  const [changed] = rows;
  if (changed === undefined) return false;
  // A link to the old mailbox must not open the account any more.
  await store.sql.query('delete from identity.mailed_link where address = $1', [changed.before]);
  await orderLetter(store, { kind: 'address-changed', address: changed.before });
  await orderLetter(store, { kind: 'address-changed', address: changed.address });
  return true;
}
