// A mailed link makes somebody belong to a clinic: by an invitation, or as a patient who registered.
import { randomUUID } from 'node:crypto';
import type { IdentityStore } from '../store.ts';
import { hashOfLink } from './mailed-link.ts';

export type Admission = 'registration' | 'invitation';

/**
 * One statement, so that a link admits once. Nobody's medical record is found by an e-mail address: a new patient's
 * account sees none until the clinic invites that person to a certain record (docs/decisions/0006).
 * @param passwordHash of a new account; null where the mailbox has one already, which an invitation then adds to
 * @returns false when the link was not good (any more), or the account is there already, or is not
 */
export async function admit(
  { sql, now }: IdentityStore,
  {
    token,
    purpose,
    passwordHash,
  }: { readonly token: string; readonly purpose: Admission; readonly passwordHash: string | null },
): Promise<boolean> {
  const { rows } = await sql.query(
    `with used as (
       delete from identity.mailed_link where hash = $1 and purpose = $2 and expires_at > $3
       returning address, clinic, details
     ), made as (
       insert into identity.account (id, username, name, password_hash, created_at)
       select $4, address, details ->> 'name', $5::text, $3 from used where $5::text is not null
       on conflict (username) do nothing
       returning id
     ), who as (
       select id from made
       union all
       select a.id from identity.account a join used on used.address = a.username
        where $5::text is null and a.closed_at is null
     )
     insert into identity.membership (account_id, clinic, roles, fhir_user, patient)
     select who.id, used.clinic, array(select jsonb_array_elements_text(used.details -> 'roles') order by 1),
            used.details ->> 'fhirUser', used.details ->> 'patient'
       from who, used
     on conflict (account_id, clinic) do update
       set roles = array(select distinct role from unnest(membership.roles || excluded.roles) as role order by role),
           fhir_user = coalesce(excluded.fhir_user, membership.fhir_user),
           patient = coalesce(excluded.patient, membership.patient),
           ended_at = null
     returning account_id`,
    [hashOfLink(token), purpose, now(), randomUUID(), passwordHash],
  );
  return rows.length > 0;
}
