// Links that letters carry: 256 random bits, kept as a hash, good once and not for long.
import { createHash } from 'node:crypto';
import { LINK_MINUTES, type LinkPurpose } from '../domain/letters.ts';
import type { IdentityStore } from '../store.ts';

export interface MailedLink {
  readonly address: string;
  readonly accountId: string | null;
  /** 0 where it is about no clinic. */
  readonly clinic: number;
  readonly details: Readonly<Record<string, unknown>>;
}

/** What is kept of a link's token. */
export const hashOfLink = (token: string): string => createHash('sha256').update(token).digest('base64url');

/** Makes the link good, and earlier ones of the same kind to the same mailbox worthless. */
export async function keepLink(
  { sql, now }: IdentityStore,
  {
    token,
    purpose,
    address,
    accountId,
    clinic,
    details,
  }: MailedLink & { readonly token: string; readonly purpose: LinkPurpose },
): Promise<void> {
  await sql.query(
    `insert into identity.mailed_link (hash, purpose, address, account_id, clinic, details, expires_at)
     values ($1, $2, $3, $4, $5, $6::jsonb, $7)
     on conflict (address, purpose, clinic) do update
       set hash = excluded.hash, account_id = excluded.account_id, details = excluded.details,
           expires_at = excluded.expires_at`,
    [
      hashOfLink(token),
      purpose,
      address,
      accountId,
      clinic,
      JSON.stringify(details),
      new Date(now().getTime() + LINK_MINUTES[purpose] * 60_000),
    ],
  );
}

/** What the link would prove; null when it is not, or no longer, good. Looking does not use it up: mail scanners look too. */
export async function lookAtLink(
  { sql, now }: IdentityStore,
  purpose: LinkPurpose,
  token: string,
): Promise<MailedLink | null> {
  const { rows } = await sql.query<MailedLink>(
    `select address, account_id as "accountId", clinic, details
       from identity.mailed_link where hash = $1 and purpose = $2 and expires_at > $3`,
    [hashOfLink(token), purpose, now()],
  );
  return rows[0] ?? null;
}
