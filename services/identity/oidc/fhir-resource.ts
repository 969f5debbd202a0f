// The FHIR base as the one resource that tokens are for: https://www.rfc-editor.org/rfc/rfc8707
import type { Client, KoaContextWithOIDC, ResourceServer } from 'oidc-provider';
import { errors } from 'oidc-provider';
import { LONGEST_TOKEN_LIFE } from '../commands/revoke.ts';
import { chooseScopes } from '../domain/requested-scopes.ts';
import { registrationOf } from './registration.ts';

/** Seconds an access token lives unless its client's registration says otherwise. */
const TOKEN_LIFE = 900;

/** @throws InvalidTarget for any other resource, InvalidScope for scopes beyond the registration */
export function fhirResource(
  audience: string,
  ctx: KoaContextWithOIDC,
  indicator: string,
  client: Client,
): ResourceServer {
  if (indicator !== audience) throw new errors.InvalidTarget();
  const { params, entities } = ctx.oidc;
  const { allowedScopes, tokenLife } = registrationOf(client);
  const actsAlone = params?.['grant_type'] === 'client_credentials';
  // A code or refresh token brings the scopes that were granted with it; they are checked again, so that narrowing a
  // registration takes hold at the next renewal.
  const earlier = [entities.RefreshToken?.scope, entities.AuthorizationCode?.scope].join(' ');
  const requested = words(params?.['scope']);
  const choice = chooseScopes(requested, allowedScopes, actsAlone);
  if (choice.refused !== null) throw new errors.InvalidScope('requested scope is not allowed', choice.refused);
  if (actsAlone && requested.length === 0) throw new errors.InvalidScope('scope must be requested', '');
  const still = words(earlier).filter((scope) => chooseScopes([scope], allowedScopes, false).refused === null);
  return {
    scope: [...new Set([...choice.granted, ...still])].join(' '),
    audience,
    accessTokenFormat: 'jwt',
    accessTokenTTL: Math.min(tokenLife ?? TOKEN_LIFE, LONGEST_TOKEN_LIFE),
    jwt: { sign: { alg: 'ES256' } },
  };
}

const words = (scopes: unknown): string[] =>
  typeof scopes === 'string' ? scopes.split(' ').filter((scope) => scope !== '') : [];
