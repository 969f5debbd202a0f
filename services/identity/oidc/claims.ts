// What tokens say about people and programs.
import type { KoaContextWithOIDC, Account as OidcAccount } from 'oidc-provider';
import { errors } from 'oidc-provider';
import type { IdentityStore } from '../store.ts';
import { registrationOf } from './registration.ts';

/** An account in the provider's words; undefined for who may not sign in (any more), which ends all that renews. */
export async function findAccount(
  store: IdentityStore,
  fhirBase: string,
  id: string,
): Promise<OidcAccount | undefined> {
  const account = await store.accountById(id);
  if (account === null) return undefined;
  const { fhirUser } = account.membership;
  return {
    accountId: id,
    claims: async () => ({
      sub: id,
      name: account.name,
      preferred_username: account.username,
      ...(fhirUser === null ? {} : { fhirUser: `${fhirBase}/${fhirUser}` }),
    }),
  };
}

/** The claims of an access token beyond the standard's: what the Subject of a request is made of. */
export async function accessTokenClaims(
  store: IdentityStore,
  ctx: KoaContextWithOIDC,
  token: { readonly kind: string; readonly accountId?: string; readonly grantId?: string },
): Promise<Record<string, unknown>> {
  if (token.kind === 'ClientCredentials') {
    const { client } = ctx.oidc;
    const registration = client && registrationOf(client);
    if (registration?.clinic == null) throw new errors.UnauthorizedClient('the client belongs to no clinic');
    return { clinic: registration.clinic, roles: registration.roles };
  }
  const account = token.accountId === undefined ? null : await store.accountById(token.accountId);
  if (account === null) throw new errors.InvalidGrant('account not found');
  const { clinic, roles, fhirUser, patient } = account.membership;
  // What one clinic registered is not for the people of others.
  const own = ctx.oidc.client && registrationOf(ctx.oidc.client).clinic;
  if (own != null && own !== clinic) throw new errors.InvalidGrant('the app belongs to another clinic');
  return {
    clinic,
    roles,
    grant: token.grantId,
    ...(fhirUser === null ? {} : { fhirUser }),
    ...(patient === null ? {} : { patient }),
  };
}
