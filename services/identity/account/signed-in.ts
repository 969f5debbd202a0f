// Who is signed in in this browser, by the provider's own session: the account pages are one more app of Polyclinic,
// which only ever looks at the session and lets its codes lapse.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ACCOUNT, ROUTES } from '../oidc/routes.ts';
import type { IdentityStore } from '../store.ts';
import type { AccountRooms, Person } from './visit.ts';

const CLIENT_ID = 'polyclinic-account';

/** Registers the account pages, at the address they have today. */
export async function registerAccountPages(store: IdentityStore, origin: string): Promise<void> {
  await store.saveClient(CLIENT_ID, {
    client_name: 'Your account',
    redirect_uris: [origin + ACCOUNT],
    grant_types: ['authorization_code'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    allowed_scopes: [],
    first_party: true,
  });
}

export async function personOf(
  { provider, store }: AccountRooms,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<Person | null> {
  const session = await provider.Session.get(provider.createContext(req, res));
  if (session.accountId === undefined) return null;
  const account = await store.accountById(session.accountId);
  return account && { account, session: session.uid };
}

/** Where to sign in and come back to the account from. The verifier is thrown away, so nobody can redeem the code. */
export function signInAddress(origin: string): string {
  const parameters = {
    client_id: CLIENT_ID,
    response_type: 'code',
    redirect_uri: origin + ACCOUNT,
    scope: 'openid',
    code_challenge: randomBytes(32).toString('base64url'),
    code_challenge_method: 'S256',
  };
  return `${origin}${ROUTES.authorization}?${new URLSearchParams(parameters)}`;
}
