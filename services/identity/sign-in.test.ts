import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { closePortalAccount } from './commands/close-portal-account.ts';
import {
  authorizeUrl,
  browser,
  follow,
  PEOPLE,
  pkce,
  type RunningIdentity,
  runIdentity,
  SYSTEM,
  signInByForm,
  token,
  tokensFor,
} from './testing/running-identity.ts';

let at: RunningIdentity;
before(async () => {
  at = await runIdentity();
});
after(() => at.close());

const query = async (url: URL) => ({ code: url.searchParams.get('code'), error: url.searchParams.get('error') });

test('discovery says where everything is, all of it under the base URL', async () => {
  const answer = await fetch(`${at.url}/.well-known/openid-configuration`, {
    headers: { 'x-forwarded-host': 'evil.example' },
  });
  const document = (await answer.json()) as Record<string, unknown>;
  assert.equal(document['issuer'], at.url);
  assert.deepEqual(document['code_challenge_methods_supported'], ['S256']);
  for (const [name, value] of Object.entries(document))
    if (name.endsWith('_endpoint') || name.endsWith('_uri'))
      assert.ok(String(value).startsWith(`${at.url}/oidc/`), name);
});

test('a system gets a token by its secret', async () => {
  const { status, body } = await token(at, { grant_type: 'client_credentials', scope: 'system/*.cruds' }, SYSTEM);
  assert.equal(status, 200);
  assert.equal(body['scope'], 'system/*.cruds');
  const claims = decodeJwt(body['access_token'] ?? '');
  assert.equal(decodeProtectedHeader(body['access_token'] ?? '').typ, 'at+jwt');
  assert.deepEqual(
    { iss: claims.iss, aud: claims.aud, sub: claims.sub, clinic: claims['clinic'], roles: claims['roles'] },
    { iss: at.url, aud: `${at.url}/fhir/R4`, sub: 'demo-system', clinic: 1, roles: ['system'] },
  );
  assert.equal((claims.exp ?? 0) - (claims.iat ?? 0), 900);
});

test('a system with a wrong secret, an unknown one and none at all are refused alike', async () => {
  const form = { grant_type: 'client_credentials', scope: 'system/*.cruds' };
  for (const basic of ['demo-system:wrong', 'nobody:demo-system-secret']) {
    const { status, body } = await token(at, form, basic);
    assert.equal(status, 401);
    assert.deepEqual(body, { error: 'invalid_client', error_description: 'client authentication failed' });
  }
  assert.equal((await token(at, { ...form, client_id: 'demo-system' })).status, 401);
});

test('a system gets what it registered for and nothing beyond', async () => {
  const ask = (scope: string) => token(at, { grant_type: 'client_credentials', scope }, SYSTEM);
  assert.equal(
    (await ask('system/Observation.rs system/Patient.read')).body['scope'],
    'system/Observation.rs system/Patient.read',
  );
  for (const scope of [
    'user/*.cruds',
    'patient/*.rs',
    'openid',
    'system/*.x',
    'system/*.',
    'admin',
    'system/*.cruds user/*.rs',
  ])
    assert.equal((await ask(scope)).body['error'], 'invalid_scope', scope);
});

test('somebody signs in through the form and the app redeems the code', async () => {
  const { status, body } = await tokensFor(at, 'doctor@demo.clinic', { scope: 'openid fhirUser profile user/*.cruds' });
  assert.equal(status, 200);
  const access = decodeJwt(body['access_token'] ?? '');
  assert.equal(access['fhirUser'], `Practitioner/${PEOPLE.doctor}`);
  assert.deepEqual(access['roles'], ['doctor']);
  assert.equal(decodeJwt(body['id_token'] ?? '')['fhirUser'], `${at.url}/fhir/R4/Practitioner/${PEOPLE.doctor}`);
  const userinfo = await fetch(`${at.url}/oidc/userinfo`, {
    headers: { authorization: `Bearer ${body['access_token']}` },
  });
  assert.equal(userinfo.status, 200);
  assert.equal(((await userinfo.json()) as Record<string, string>)['name'], 'Demo Doctor');
});

test('a patient gets the own record as context', async () => {
  const { body } = await tokensFor(at, 'patient@demo.clinic', { scope: 'openid launch/patient patient/*.rs' });
  assert.equal(body['patient'], PEOPLE.patient);
  assert.equal(decodeJwt(body['access_token'] ?? '')['patient'], PEOPLE.patient);
});

test('who is signed in is not asked again, and after signing out is', async () => {
  const { visitor } = await tokensFor(at, 'nurse@demo.clinic');
  const again = async () =>
    (await follow(at, visitor, await visitor.get(authorizeUrl(at, { code_challenge: pkce().challenge })))).url;
  assert.match(await again(), /callback\?code=/);
  const page = await (await visitor.get(`${at.url}/oidc/sign-out`)).text();
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
  const forged = await visitor.post(`${at.url}/oidc/sign-out/confirm`, { xsrf: 'forged', logout: 'yes' });
  assert.equal(forged.status, 400);
  assert.match(await again(), /callback\?code=/);
  await visitor.post(`${at.url}/oidc/sign-out/confirm`, { xsrf, logout: 'yes' });
  // The forged attempt used up the page's token, so a fresh page signs out.
  const fresh = await (await visitor.get(`${at.url}/oidc/sign-out`)).text();
  const second = /name="xsrf" value="([^"]+)"/.exec(fresh)?.[1] ?? '';
  await visitor.post(`${at.url}/oidc/sign-out/confirm`, { xsrf: second, logout: 'yes' });
  assert.match(await again(), /\/oidc\/interaction\//);
});

test('PKCE is needed, S256 only, for public and confidential clients', async () => {
  const { challenge, verifier } = pkce();
  await at.identity.store.saveClient('confidential', {
    ...(await at.identity.store.client('demo-app')),
    token_endpoint_auth_method: 'client_secret_basic',
    client_secret: 'sha256.x.x',
  });
  for (const client_id of ['demo-app', 'confidential'])
    for (const parameters of [
      { code_challenge_method: '' },
      { code_challenge: verifier, code_challenge_method: 'plain' },
      { code_challenge: verifier, code_challenge_method: '' },
    ]) {
      const end = await signInByForm(at, browser(), { ...parameters, client_id }, 'doctor@demo.clinic');
      assert.deepEqual(await query(end), { code: null, error: 'invalid_request' });
    }
  const end = await signInByForm(at, browser(), { code_challenge: challenge }, 'doctor@demo.clinic');
  const redeem = {
    grant_type: 'authorization_code',
    client_id: 'demo-app',
    redirect_uri: at.callback,
    code: (await query(end)).code ?? '',
  };
  for (const wrong of [
    {},
    { code_verifier: '' },
    { code_verifier: pkce().verifier },
    { code_verifier: verifier.slice(0, -1) },
  ]) {
    const { status, body } = await token(at, { ...redeem, ...wrong });
    assert.deepEqual([status, body['error'] === 'invalid_grant' || body['error'] === 'invalid_request'], [400, true]);
  }
  assert.equal((await token(at, { ...redeem, code_verifier: verifier })).status, 200);
});

test('no address but the registered one gets an answer', async () => {
  const port = new URL(at.url).port;
  for (const uri of [
    `${at.callback}/`,
    `${at.callback}?x=1`,
    `${at.callback}#x`,
    `http://127.0.0.1:${Number(port) + 1}/callback`,
    `http://localhost:${port}/callback`,
    `http://user@127.0.0.1:${port}/callback`,
    `http://127.0.0.1:${port}/CALLBACK`,
    `http://127.0.0.1:${port}/call%62ack`,
    'https://evil.example/callback',
    'javascript:alert(1)',
  ]) {
    const visitor = browser();
    const answer = await visitor.get(authorizeUrl(at, { redirect_uri: uri, code_challenge: pkce().challenge }));
    assert.equal(answer.status, 400, uri);
    assert.equal(answer.headers.get('location'), null, uri);
  }
});

test('an app that means another FHIR server gets no code', async () => {
  const visitor = browser();
  const ask = (aud: string) =>
    signInByForm(at, visitor, { aud, code_challenge: pkce().challenge }, 'doctor@demo.clinic');
  assert.deepEqual(await query(await ask('https://other.example/fhir')), { code: null, error: 'invalid_request' });
  assert.notEqual((await query(await ask(`${at.url}/fhir/R4`))).code, null);
});

test('scopes beyond the registration are refused by name', async () => {
  for (const scope of ['openid system/*.rs', 'openid something-else']) {
    const end = await signInByForm(at, browser(), { scope, code_challenge: pkce().challenge }, 'admin@demo.clinic');
    assert.deepEqual(await query(end), { code: null, error: 'invalid_scope' });
  }
});

test('a refresh token works once; a second use ends the whole chain', async () => {
  const { body } = await tokensFor(at, 'doctor@demo.clinic', { scope: 'openid offline_access user/*.cruds' });
  const renew = (refresh_token: string, more = {}) =>
    token(at, { grant_type: 'refresh_token', client_id: 'demo-app', refresh_token, ...more });
  assert.equal(
    (await renew(body['refresh_token'] ?? '', { scope: 'openid user/*.cruds patient/*.rs' })).body['error'],
    'invalid_scope',
  );
  const narrowed = await renew(body['refresh_token'] ?? '', { scope: 'user/*.cruds' });
  assert.equal(narrowed.body['scope'], 'user/*.cruds');
  assert.equal((await renew(body['refresh_token'] ?? '')).body['error'], 'invalid_grant');
  assert.equal((await renew(narrowed.body['refresh_token'] ?? '')).body['error'], 'invalid_grant');
});

test('of twenty uses of one refresh token at once at most one gets through, and no token of the chain is left', async () => {
  const { body } = await tokensFor(at, 'doctor@demo.clinic', { scope: 'openid offline_access user/*.cruds' });
  const form = { grant_type: 'refresh_token', client_id: 'demo-app', refresh_token: body['refresh_token'] ?? '' };
  const answers = await Promise.all(Array.from({ length: 20 }, () => token(at, form)));
  const good = answers.filter(({ status }) => status === 200);
  assert.ok(good.length <= 1, `${good.length} got through`);
  for (const { body: next } of good)
    assert.equal(
      (await token(at, { ...form, refresh_token: next['refresh_token'] ?? '' })).body['error'],
      'invalid_grant',
    );
});

test('a code redeemed fifty times at once gives tokens once, and those end', async () => {
  const { verifier, challenge } = pkce();
  const end = await signInByForm(at, browser(), { code_challenge: challenge }, 'doctor@demo.clinic');
  const form = {
    grant_type: 'authorization_code',
    client_id: 'demo-app',
    redirect_uri: at.callback,
    code: end.searchParams.get('code') ?? '',
    code_verifier: verifier,
  };
  const answers = await Promise.all(Array.from({ length: 50 }, () => token(at, form)));
  const good = answers.filter(({ status }) => status === 200);
  assert.ok(good.length <= 1, `${good.length} got through`);
  assert.equal(answers.filter(({ status }) => status === 400).length, 50 - good.length);
  for (const { body } of good) assert.equal(await isActive(body['access_token'] ?? ''), false);
});

async function isActive(access_token: string): Promise<boolean> {
  const answer = await fetch(`${at.url}/oidc/introspect`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ client_id: 'demo-app', token: access_token }).toString(),
  });
  assert.equal(answer.status, 200);
  return ((await answer.json()) as { active: boolean }).active;
}

test('a token can be asked about and revoked by its client, and by no other', async () => {
  const { body } = await tokensFor(at, 'doctor@demo.clinic', { scope: 'openid offline_access user/*.cruds' });
  const access = body['access_token'] ?? '';
  assert.equal(await isActive(access), true);
  assert.equal(await isActive('no-such-token'), false);
  assert.equal(await isActive(`${access.slice(0, -4)}AAAA`), false);
  const revoke = (headers: Record<string, string>, form: Record<string, string>) =>
    fetch(`${at.url}/oidc/revoke`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: new URLSearchParams(form).toString(),
    });
  const system = { authorization: `Basic ${Buffer.from(SYSTEM).toString('base64')}` };
  await revoke(system, { token: access });
  assert.equal(await isActive(access), true);
  assert.equal((await revoke({}, { token: access, client_id: 'demo-app' })).status, 200);
  assert.equal(await isActive(access), false);
  const renew = { grant_type: 'refresh_token', client_id: 'demo-app', refresh_token: body['refresh_token'] ?? '' };
  assert.equal((await token(at, renew)).body['error'], 'invalid_grant');
});

test('a wrong password and an unknown name get the same page', async () => {
  const attempt = async (username: string, password: string) => {
    const visitor = browser();
    const start = await follow(at, visitor, await visitor.get(authorizeUrl(at, { code_challenge: pkce().challenge })));
    const action = new URL(start.url).pathname;
    const answer = await visitor.post(at.url + action, { username, password });
    const uid = action.split('/').at(-1) ?? '';
    return { status: answer.status, page: (await answer.text()).replaceAll(uid, 'UID').replaceAll(username, 'NAME') };
  };
  const wrong = await attempt('office@demo.clinic', 'wrong');
  assert.equal(wrong.status, 400);
  assert.match(wrong.page, /role="alert"/);
  assert.deepEqual(await attempt('nobody@demo.clinic', 'wrong'), wrong);
  assert.deepEqual(await attempt('office@demo.clinic', 'x'.repeat(5_000)), wrong);
  assert.deepEqual(await attempt('office@demo.clinic', ''), wrong);
});

test('the login page is plain, labelled, framed by nobody and posts only home', async () => {
  const visitor = browser();
  const { answer } = await follow(
    at,
    visitor,
    await visitor.get(authorizeUrl(at, { code_challenge: pkce().challenge })),
  );
  const html = await answer.text();
  for (const part of [
    '<label for="username">',
    '<label for="password">',
    'name="username"',
    'name="password"',
    'lang="en"',
  ])
    assert.ok(html.includes(part), part);
  assert.ok(!/<script|\son\w+=/i.test(html));
  const policy = answer.headers.get('content-security-policy') ?? '';
  for (const part of [`default-src 'none'`, `frame-ancestors 'none'`, `form-action 'self' ${at.url}`])
    assert.ok(policy.includes(part), part);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
});

test('a form posted from another site, or without the cookie of the page, signs nobody in', async () => {
  const visitor = browser();
  const { url } = await follow(at, visitor, await visitor.get(authorizeUrl(at, { code_challenge: pkce().challenge })));
  const form = { username: 'doctor@demo.clinic', password: 'polyclinic-demo' };
  assert.equal((await visitor.post(url, form, { origin: 'https://evil.example' })).status, 403);
  assert.equal((await visitor.post(url, form, { 'sec-fetch-site': 'cross-site' })).status, 403);
  assert.equal((await browser().post(url, form)).status, 400);
  assert.equal((await visitor.post(url, form, { origin: at.url })).status, 303);
});

test('the eleventh guess in an hour is refused unseen, but not where the owner is known', async () => {
  const other = await runIdentity();
  try {
    await tokensFor(other, 'office@demo.clinic');
    const visitor = browser();
    const { url } = await follow(
      other,
      visitor,
      await visitor.get(authorizeUrl(other, { code_challenge: pkce().challenge })),
    );
    const guesses = await Promise.all(
      Array.from({ length: 14 }, () => visitor.post(url, { username: 'nurse@demo.clinic', password: 'guess' })),
    );
    assert.equal(guesses.filter(({ status }) => status === 400).length, 10);
    assert.equal(guesses.filter(({ status }) => status === 429).length, 4);
    const right = await visitor.post(url, { username: 'nurse@demo.clinic', password: 'polyclinic-demo' });
    assert.equal(right.status, 429);
    assert.equal((await tokensFor(other, 'office@demo.clinic')).status, 200);
  } finally {
    await other.close();
  }
});

test('an app from outside asks the person first and gets only what was allowed', async () => {
  await at.identity.store.saveClient('outside-app', {
    ...(await at.identity.store.client('demo-app')),
    client_name: '<b>Outside</b>',
    first_party: false,
    allowed_scopes: ['user/Observation.rs'],
  });
  const reach = async (visitor: ReturnType<typeof browser>) => {
    const scope = 'openid user/Observation.rs';
    const url = authorizeUrl(at, { client_id: 'outside-app', scope, code_challenge: pkce().challenge });
    const login = await follow(at, visitor, await visitor.get(url));
    const posted = await visitor.post(login.url, { username: 'doctor@demo.clinic', password: 'polyclinic-demo' });
    return await follow(at, visitor, posted);
  };
  const visitor = browser();
  const page = await reach(visitor);
  const html = await page.answer.text();
  assert.match(html, /see records of the kind Observation/);
  assert.ok(html.includes('&#60;b&#62;Outside'));
  const allowed = await follow(at, visitor, await visitor.post(page.url, { decision: 'allow' }));
  assert.match(allowed.url, /callback\?code=/);
  const denier = browser();
  const denied = await follow(at, denier, await denier.post((await reach(denier)).url, { decision: 'deny' }));
  assert.match(denied.url, /callback\?error=access_denied/);
});

test('when a patient is deleted the portal account can sign in and renew no longer', async () => {
  const other = await runIdentity();
  try {
    const { body } = await tokensFor(other, 'patient@demo.clinic', { scope: 'openid offline_access patient/*.rs' });
    await closePortalAccount(other.identity.store, { clinic: 2, patient: PEOPLE.patient });
    const renew = (refresh_token: string) =>
      token(other, { grant_type: 'refresh_token', client_id: 'demo-app', refresh_token });
    const renewed = await renew(body['refresh_token'] ?? '');
    assert.equal(renewed.status, 200);
    await closePortalAccount(other.identity.store, { clinic: 1, patient: PEOPLE.patient });
    assert.equal((await renew(renewed.body['refresh_token'] ?? '')).body['error'], 'invalid_grant');
    const end = await signInByForm(other, browser(), { code_challenge: pkce().challenge }, 'patient@demo.clinic');
    assert.equal(end.searchParams.get('code'), null);
    assert.equal((await tokensFor(other, 'nurse@demo.clinic')).status, 200);
  } finally {
    await other.close();
  }
});

test('none of all this was a defect', () => {
  assert.deepEqual(at.defects, []);
});
