// A program proves itself by a token it signed: https://hl7.org/fhir/smart-app-launch/client-confidential-asymmetric.html
// Beyond the provider's own checks: it is good for five minutes at most, and once in the whole deployment.
import { createHash } from 'node:crypto';
import type { Client } from 'oidc-provider';
import { errors } from 'oidc-provider';
import type { IdentityStore } from '../store.ts';

/** Seconds; clocks may differ by this much, too. */
const LONGEST_LIFE = 300;
const LEEWAY = 15;

/** @throws InvalidClientAuth */
export function checkAssertion(
  now: Date,
  claims: { readonly exp?: unknown; readonly iss?: unknown; readonly sub?: unknown; readonly jti?: unknown },
  header: { readonly jku?: unknown },
  client: Pick<Client, 'jwksUri'>,
): void {
  const { exp, iss, sub, jti } = claims;
  if (typeof exp !== 'number' || exp > now.getTime() / 1000 + LONGEST_LIFE + LEEWAY)
    throw new errors.InvalidClientAuth('the assertion must end within five minutes');
  if (iss !== sub) throw new errors.InvalidClientAuth('iss and sub must be the client');
  if (typeof jti !== 'string' || jti.length > 255) throw new errors.InvalidClientAuth('jti must be a text');
  // Keys come from the registration. An address in the assertion may only repeat that.
  if (header.jku !== undefined && header.jku !== client.jwksUri)
    throw new errors.InvalidClientAuth('jku is not the registered one');
}

/** True for the first to come with it, in whichever process: the row decides. */
export async function isFirstUse(
  { sql }: Pick<IdentityStore, 'sql'>,
  issuer: string,
  jti: string,
  expires: number,
): Promise<boolean> {
  const id = createHash('sha256')
    .update(JSON.stringify([issuer, jti]))
    .digest('base64url');
  const { rowCount } = await sql.query(
    `insert into identity.oidc_entry (model, id, payload, expires_at)
     values ('ReplayDetection', $1, '{}', to_timestamp($2)) on conflict (model, id) do nothing`,
    [id, expires],
  );
  return rowCount === 1;
}
