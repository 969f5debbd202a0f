// Ends tokens before their time. Verifiers learn of it within their polling interval.
import type { IdentityStore } from '../store.ts';

export type RevocationKind = 'token' | 'grant' | 'subject';

/** No access token lives longer, in seconds; a client's own lifetime is capped by it. */
export const LONGEST_TOKEN_LIFE = 3_600;

/** All that is revoked must be remembered until its last token, and one signed this very moment, has expired. */
const REMEMBER_MS = (LONGEST_TOKEN_LIFE + 300) * 1000;

export async function revoke({ sql, now }: IdentityStore, kind: RevocationKind, id: string): Promise<void> {
  const at = now();
  await sql.query('insert into identity.revocation (kind, id, at, expires_at) values ($1, $2, $3, $4)', [
    kind,
    id,
    at,
    new Date(at.getTime() + REMEMBER_MS),
  ]);
}

/** Ends a grant and all that came of it. */
export async function endGrant(store: IdentityStore, grantId: string): Promise<void> {
  await store.sql.query(`delete from identity.oidc_entry where grant_id = $1 or (model = 'Grant' and id = $1)`, [
    grantId,
  ]);
  await revoke(store, 'grant', grantId);
}

/** Ends everything an account holds: sessions, grants, refresh tokens and the access tokens issued until now. */
export async function endEverythingOf(store: IdentityStore, accountId: string): Promise<void> {
  // Half a sign-in counts as one: its password may be the very one that was just replaced.
  await store.sql.query(
    `with half as (delete from identity.sign_in_step where account_id = $1)
     delete from identity.oidc_entry where account_id = $1`,
    [accountId],
  );
  await revoke(store, 'subject', accountId);
}
