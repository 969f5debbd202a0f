// The OpenID provider as Polyclinic runs it: what is allowed, how long things live, where things are.
// PKCE and tokens: https://www.rfc-editor.org/rfc/rfc9700 ; scopes: https://hl7.org/fhir/smart-app-launch/
import { type Client, type Configuration, type KoaContextWithOIDC, Provider } from 'oidc-provider';
import { ASSERTION_ALGORITHMS } from '../domain/client-registration.ts';
import { clientSecretMatches } from '../domain/client-secret.ts';
import { SESSION_SCOPES } from '../domain/requested-scopes.ts';
import { allow } from '../interactions/grant.ts';
import { SIGNED_OUT, signOutPage, troublePage } from '../pages/notice-pages.ts';
import { formTarget, type Page, pageHeaders, renderPage } from '../pages/page.ts';
import type { IdentityStore } from '../store.ts';
import { createAdapter } from './adapter.ts';
import { accessTokenClaims, findAccount } from './claims.ts';
import { checkAssertion, isFirstUse } from './client-assertion.ts';
import { fhirResource } from './fhir-resource.ts';
import type { SigningKeys } from './keys.ts';
import { presentSignedTokens } from './presented-token.ts';
import { registerEndpoint } from './register-endpoint.ts';
import { OWN_METADATA, registrationOf } from './registration.ts';
import { INTERACTION, REGISTRATION, ROUTES } from './routes.ts';
import { signedTokenVerifier } from './signed-token.ts';
import { checkAud, speakSmart } from './smart-launch.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface ProviderRooms {
  readonly store: IdentityStore;
  readonly baseUrl: string;
  readonly audience: string;
  readonly keys: SigningKeys;
  readonly cookieKeys: readonly string[];
  /** Gets clients' keys from the addresses they registered. */
  readonly fetchKeys: typeof fetch;
}

export function createProvider(rooms: ProviderRooms): Provider {
  const { store, baseUrl, audience, keys } = rooms;
  const provider = new Provider(baseUrl, configuration(rooms));
  // The base URL decides what links say, whatever the request's headers do; see identity.ts, which sets them.
  provider.proxy = true;
  provider.Client.prototype.compareClientSecret = function (this: Client, presented: string) {
    return clientSecretMatches(this.clientSecret ?? '', presented);
  };
  const use = provider.use.bind(provider) as (middleware: unknown) => void;
  // One statement decides who comes first; the provider's own look-then-save would let two through.
  provider.ReplayDetection.unique = (issuer: string, jti: string, expires: number) =>
    isFirstUse(store, issuer, jti, expires);
  const verify = signedTokenVerifier({ store, issuer: baseUrl, audience, publicKeys: keys.publicKeys });
  use(presentSignedTokens({ verify, routes: ROUTES }));
  use(registerEndpoint({ store, path: REGISTRATION, verify }));
  use(speakSmart(ROUTES));
  return provider;
}

function configuration({ store, baseUrl, audience, keys, cookieKeys, fetchKeys }: ProviderRooms): Configuration {
  const secure = baseUrl.startsWith('https:');
  const cookie = { httpOnly: true, sameSite: 'lax', signed: true, secure } as const;
  return {
    adapter: (model) => createAdapter(store, model),
    jwks: keys.privateKeys,
    routes: ROUTES,
    findAccount: (_ctx, id) => findAccount(store, audience, id),
    claims: { openid: ['sub'], fhirUser: ['fhirUser'], profile: ['name', 'preferred_username'] },
    scopes: [...SESSION_SCOPES],
    responseTypes: ['code'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'],
    enabledJWA: {
      clientAuthSigningAlgValues: [...ASSERTION_ALGORITHMS],
      idTokenSigningAlgValues: ['RS256', 'ES256'],
    },
    fetch: fetchKeys,
    assertJwtClientAuthClaimsAndHeader: async (_ctx, claims, header, client) =>
      checkAssertion(store.now(), claims, header, client),
    pkce: { required: () => true },
    allowOmittingSingleRegisteredRedirectUri: false,
    extraParams: { aud: (_ctx, aud) => checkAud(audience, aud) },
    extraClientMetadata: { properties: OWN_METADATA },
    extraTokenClaims: (ctx, token) => accessTokenClaims(store, ctx, token),
    clientBasedCORS: (_ctx, origin, client) => isOwnOrigin(origin, client),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      introspection: { enabled: true, allowedPolicy: (_ctx, client, token) => mayIntrospect(client, token) },
      revocation: { enabled: true, allowedPolicy: (_ctx, client, token) => client.clientId === token.clientId },
      // Each is a door more; what uses it opens it.
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => audience,
        useGrantedResource: () => true,
        getResourceServerInfo: (ctx, indicator, client) => fhirResource(audience, ctx, indicator, client),
      },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => show(ctx, signOutPage(form, signOutTargets(ctx))),
        postLogoutSuccessSource: (ctx) => show(ctx, SIGNED_OUT),
      },
    },
    interactions: { url: (_ctx, { uid }) => `${INTERACTION}/${uid}` },
    loadExistingGrant: (ctx) => existingGrant(audience, ctx),
    issueRefreshToken: (_ctx, client, { scopes }) =>
      client.grantTypeAllowed('refresh_token') &&
      (registrationOf(client).firstParty || scopes.has('offline_access') || scopes.has('online_access')),
    rotateRefreshToken: true,
    // Whatever ends one token of a grant ends them all: the list that verifiers follow names the grant.
    revokeGrantPolicy: () => true,
    renderError: (ctx, { error, error_description }) => {
      show(ctx, troublePage(error_description ?? error));
    },
    cookies: {
      keys: [...cookieKeys],
      long: cookie,
      short: cookie,
      names: secure
        ? { session: '__Host-session', interaction: '__Secure-interaction', resume: '__Secure-resume' }
        : { session: 'session', interaction: 'interaction', resume: 'resume' },
    },
    ttl: {
      AccessToken: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? 15 * MINUTE,
      ClientCredentials: (_ctx, token) => token.resourceServer?.accessTokenTTL ?? 15 * MINUTE,
      AuthorizationCode: MINUTE,
      IdToken: 15 * MINUTE,
      Interaction: 30 * MINUTE,
      // A working day. Refresh tokens without offline access end with it.
      Session: 12 * HOUR,
      Grant: 90 * DAY,
      // Renewing a token does not prolong the chain: its end was set when the person signed in.
      RefreshToken: (ctx) => ctx?.oidc?.entities.RotatedRefreshToken?.remainingTTL ?? 90 * DAY,
    },
  };
}

/** What is part of Polyclinic is trusted with what it asks for; other apps have what their person allowed. */
async function existingGrant(audience: string, ctx: KoaContextWithOIDC) {
  const { provider, client, session, result, params } = ctx.oidc;
  if (client === undefined || session === undefined) return undefined;
  const grantId = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
  const scope = params?.['scope'];
  if (registrationOf(client).firstParty && session.accountId !== undefined && typeof scope === 'string') {
    const given = { accountId: session.accountId, clientId: client.clientId, scope };
    const id = await allow(provider, audience, grantId === undefined ? given : { ...given, grantId });
    return await provider.Grant.find(id);
  }
  return grantId === undefined ? undefined : await provider.Grant.find(grantId);
}

/** A client may ask about its own tokens; a resource server about all, when its registration says so. */
function mayIntrospect(client: Client, token: { readonly clientId?: string | undefined }): boolean {
  return token.clientId === client.clientId || registrationOf(client).allowedScopes.includes('polyclinic:tokens:read');
}

const isOwnOrigin = (origin: string, client: Client): boolean =>
  client.clientAuthMethod === 'none' && (client.redirectUris ?? []).some((uri) => URL.parse(uri)?.origin === origin);

function signOutTargets(ctx: KoaContextWithOIDC): string[] {
  const uri = ctx.oidc.params?.['post_logout_redirect_uri'];
  return typeof uri === 'string' ? formTarget(uri) : [];
}

function show(ctx: KoaContextWithOIDC, page: Page): void {
  ctx.set(pageHeaders(page));
  ctx.body = renderPage(page);
}
