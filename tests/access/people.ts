// Who asks: the demo's people, each signed in through the real form with PKCE, a program, and nobody.
import { createHash, randomBytes } from 'node:crypto';
import { systemToken } from '@polyclinic/testing';
import type { Role } from './oracle.ts';

export interface Person {
  readonly role: Role;
  readonly token: string;
}

const SCOPES: Readonly<Record<string, string>> = { patient: 'openid launch/patient patient/*.cruds' };

/** Everybody who asks; the system comes first. */
export async function people(origin: string): Promise<readonly Person[]> {
  const asked: readonly Role[] = ['admin', 'doctor', 'nurse', 'office', 'patient', 'researcher'];
  const all: Person[] = [{ role: 'system', token: await systemToken(origin) }];
  for (const role of asked)
    all.push({ role, token: await signIn(origin, `${role}@demo.clinic`, SCOPES[role] ?? 'openid user/*.cruds') });
  return [...all, { role: 'nobody', token: '' }];
}

/** An access token, by the whole way: authorize, the form, the code, redeemed with its verifier. */
async function signIn(origin: string, username: string, scope: string): Promise<string> {
  const verifier = randomBytes(32).toString('base64url');
  const parameters = {
    ...{ client_id: 'demo-app', redirect_uri: `${origin}/callback`, response_type: 'code', scope, state: 'state' },
    ...{ code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' },
  };
  const visit = visitor(origin);
  const { html } = await visit(`${origin}/oidc/authorize?${new URLSearchParams(parameters)}`);
  const action = /<form method="post" action="([^"]+)"/.exec(html)?.[1];
  if (action === undefined) throw new Error(`no form to sign in: ${html.slice(0, 500)}`);
  const form = new URLSearchParams({ username, password: 'polyclinic-demo' });
  const code = new URL((await visit(origin + action, form)).url).searchParams.get('code');
  if (code === null) throw new Error(`${username} got no code`);
  const redeemed = await fetch(`${origin}/oidc/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      ...{ grant_type: 'authorization_code', client_id: 'demo-app', code, code_verifier: verifier },
      redirect_uri: `${origin}/callback`,
    }).toString(),
  });
  if (!redeemed.ok) throw new Error(`${username} got no token: ${await redeemed.text()}`);
  return ((await redeemed.json()) as { access_token: string }).access_token;
}

/** Follows redirects within the sign-in, with the cookies that it is given. */
function visitor(origin: string) {
  const cookies = new Map<string, string>();
  return async (start: string, form?: URLSearchParams): Promise<{ url: string; html: string }> => {
    let url = start;
    for (let hops = 0; hops < 8 && url.startsWith(`${origin}/oidc`); hops++) {
      const cookie = [...cookies].map((pair) => pair.join('=')).join('; ');
      const posts = hops === 0 && form !== undefined;
      const answer = await fetch(url, {
        redirect: 'manual',
        method: posts ? 'POST' : 'GET',
        headers: { cookie, ...(posts ? { 'content-type': 'application/x-www-form-urlencoded' } : {}) },
        ...(posts ? { body: form.toString() } : {}),
      });
      for (const line of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      const location = answer.headers.get('location');
      if (location === null) return { url, html: await answer.text() };
      url = new URL(location, origin).href;
    }
    return { url, html: '' };
  };
}
