// An admin invites somebody to the clinic. The account, or what is new about it, exists once the mailbox accepts.
import { refuse } from '@polyclinic/kit';
import { emailAddress } from '../domain/email-address.ts';
import { type InvitedAs, invitationFault } from '../domain/invitation.ts';
import type { IdentityStore } from '../store.ts';
import { orderLetter } from './order-letter.ts';

export interface Invitation extends InvitedAs {
  readonly email: string;
  readonly name: string;
}

/** @throws Refusal for what makes no sense, in words for whoever invites */
export async function invite(
  store: IdentityStore,
  clinic: number,
  { email, name, roles, fhirUser, patient }: Invitation,
): Promise<void> {
  const address = emailAddress(email);
  if (address === null) throw refuse('value', 'That is no e-mail address.');
  if (name.trim() === '') throw refuse('required', 'A name is needed.');
  const fault = clinic > 0 ? invitationFault({ roles, fhirUser, patient }) : 'People belong to a clinic, not to all.';
  if (fault !== null) throw refuse('value', fault);
  const details = { clinic, name: name.trim().slice(0, 200), roles: [...new Set(roles)], fhirUser, patient };
  await orderLetter(store, { kind: 'invitation', address, details });
}

/** The way in for the first person of all. Once an admin is there, or asked, this does nothing. */
export async function inviteFirstAdmin(store: IdentityStore, email: string): Promise<void> {
  const { rows } = await store.sql.query(
    `select 1 from identity.membership where 'admin' = any(roles) and ended_at is null
     union all
     select 1 from identity.mailed_link where purpose = 'invitation' and expires_at > $1
     union all
     select 1 from identity.letter_order where kind = 'invitation'
     limit 1`,
    [store.now()],
  );
  if (rows.length > 0) return;
  await invite(store, 1, { email, name: 'Administrator', roles: ['admin'], fhirUser: null, patient: null });
}
