// What a person allows a client: everything that was asked for and the client may have.
import type Provider from 'oidc-provider';

/** Saves a grant over the scopes and returns its id. */
export async function allow(
  provider: Provider,
  audience: string,
  given: { readonly accountId: string; readonly clientId: string; readonly grantId?: string; readonly scope: string },
): Promise<string> {
  const found = given.grantId === undefined ? undefined : await provider.Grant.find(given.grantId);
  const grant = found ?? new provider.Grant({ accountId: given.accountId, clientId: given.clientId });
  // The provider keeps the session's scopes and the resource's apart; tokens take the part of each that fits.
  grant.addOIDCScope(given.scope);
  grant.addResourceScope(audience, given.scope);
  return await grant.save();
}
