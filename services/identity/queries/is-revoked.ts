// Whether one access token has ended early, asked of the database itself: for introspection, which must be exact.
import type { IdentityStore } from '../store.ts';

export async function isRevoked(
  { sql }: IdentityStore,
  token: { readonly id: string; readonly grant: string | null; readonly subject: string; readonly issuedAt: number },
): Promise<boolean> {
  const { rows } = await sql.query(
    `select 1 from identity.revocation
      where (kind = 'token' and id = $1) or (kind = 'grant' and id = $2)
         or (kind = 'subject' and id = $3 and at >= to_timestamp($4))
      limit 1`,
    [token.id, token.grant, token.subject, token.issuedAt],
  );
  return rows.length > 0;
}
