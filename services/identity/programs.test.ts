// Programs: registered by admins, proving themselves by keys of their own, never twice with the same proof.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { decodeJwt, exportJWK, generateKeyPair, SignJWT } from 'jose';
import { createIdentity } from './identity.ts';
import { isPublicAddress, publicFetch } from './oidc/public-fetch.ts';
import {
  browser,
  openAccount,
  pkce,
  postForm,
  type RunningIdentity,
  runIdentity,
  SYSTEM,
  signInByForm,
  token,
  tokensFor,
} from './testing/running-identity.ts';

const KEYS_AT = 'https://keys.example/jwks.json';
const asked: string[] = [];
let published: { keys: object[] } = { keys: [] };

let at: RunningIdentity;
before(async () => {
  const fetchKeys: typeof fetch = async (url) => {
    asked.push(String(url));
    return new Response(JSON.stringify(published), { headers: { 'content-type': 'application/json' } });
  };
  at = await runIdentity({ fetchKeys });
});
after(() => at.close());

const tokenOf = async (username: string, scope = 'openid polyclinic:*:* user/*.cruds') =>
  (await tokensFor(at, username, { scope })).body['access_token'] ?? '';

async function register(metadata: object, bearer?: string) {
  const answer = await fetch(`${at.url}/oidc/register`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
    },
    body: JSON.stringify(metadata),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
}

async function keyPair(alg: string, kid: string) {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

const BACKEND = {
  client_name: 'Laboratory',
  grant_types: ['client_credentials'],
  token_endpoint_auth_method: 'private_key_jwt',
  scope: 'system/Observation.rs',
};

type Pair = Awaited<ReturnType<typeof keyPair>>;

function assertion(
  client: string,
  { privateKey, jwk }: Pair,
  claims: object = {},
  header: object = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const usual = { iss: client, sub: client, aud: `${at.url}/oidc/token`, exp: now + 240, iat: now, jti: randomUUID() };
  return new SignJWT({ ...usual, ...claims })
    .setProtectedHeader({ alg: jwk.alg, kid: jwk.kid, ...header })
    .sign(privateKey);
}

const redeem = (client_assertion: string, url = at.url) =>
  token(
    { ...at, url },
    {
      grant_type: 'client_credentials',
      scope: 'system/Observation.rs',
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion,
    },
  );

test('a backend proves itself with RS384 or ES384, and with nothing weaker or wrong', async () => {
  const admin = await tokenOf('admin@demo.clinic');
  for (const alg of ['RS384', 'ES384']) {
    const [pair, other] = [await keyPair(alg, 'one'), await keyPair(alg, 'one')];
    const { status, body } = await register({ ...BACKEND, jwks: { keys: [pair.jwk] } }, admin);
    assert.equal(status, 201);
    const id = body['client_id'] ?? '';
    const good = await redeem(await assertion(id, pair));
    assert.equal(good.status, 200, JSON.stringify(good.body));
    const claims = decodeJwt(good.body['access_token'] ?? '');
    assert.deepEqual(
      [claims['clinic'], claims['roles'], claims.sub, claims['scope']],
      [1, ['system'], id, 'system/Observation.rs'],
    );
    const now = Math.floor(Date.now() / 1000);
    const wrong: [string, Promise<string>][] = [
      ['exp too far', assertion(id, pair, { exp: now + 330 })],
      ['expired', assertion(id, pair, { exp: now - 60 })],
      ['no exp', assertion(id, pair, { exp: undefined })],
      ['no jti', assertion(id, pair, { jti: undefined })],
      ['sub of another', assertion(id, pair, { sub: 'demo-system' })],
      ['iss of another', assertion(id, pair, { iss: 'demo-system' })],
      ['aud of another', assertion(id, pair, { aud: 'https://evil.example/token' })],
      ['another key with the same kid', assertion(id, other)],
      ['unknown kid', assertion(id, pair, {}, { kid: 'two' })],
      ['jku that is not registered', assertion(id, pair, {}, { jku: 'https://evil.example/jwks' })],
      [
        'shared secret',
        new SignJWT({ iss: id, sub: id, aud: at.url, exp: now + 60, jti: randomUUID() })
          .setProtectedHeader({ alg: 'HS256' })
          .sign(new TextEncoder().encode(JSON.stringify(pair.jwk))),
      ],
    ];
    for (const [why, made] of wrong) {
      const answer = await redeem(await made);
      assert.deepEqual([answer.status, answer.body['error']], [401, 'invalid_client'], why);
    }
  }
  assert.deepEqual(asked, []);
});

test('an assertion counts once: not again, not twice at the same moment, not in another process, not after a restart', async () => {
  const pair = await keyPair('ES384', 'one');
  const { body } = await register({ ...BACKEND, jwks: { keys: [pair.jwk] } }, await tokenOf('admin@demo.clinic'));
  const id = body['client_id'] ?? '';
  const again = await assertion(id, pair);
  assert.equal((await redeem(again)).status, 200);
  assert.equal((await redeem(again)).status, 401);
  // A process of its own in all but memory: another provider over the same database, as after a restart.
  let other: Awaited<ReturnType<typeof createIdentity>> | null = null;
  const server = createServer((req, res) => other?.handle(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  other = await createIdentity({
    ...{ pool: at.pool, baseUrl: at.url, now: () => new Date() },
    mail: { send: async () => assert.fail('nothing is sent here'), close: () => {} },
  });
  try {
    assert.equal((await redeem(again, url)).status, 401);
    const many = await assertion(id, pair);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => redeem(many, n % 2 === 0 ? at.url : url)));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
    assert.equal(answers.filter(({ status }) => status === 401).length, 19);
  } finally {
    await other.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

test('keys come from the registered address, and from no address in an assertion', async () => {
  const pair = await keyPair('RS384', 'one');
  published = { keys: [pair.jwk] };
  const { body } = await register({ ...BACKEND, jwks_uri: KEYS_AT }, await tokenOf('admin@demo.clinic'));
  const id = body['client_id'] ?? '';
  assert.equal((await redeem(await assertion(id, pair, {}, { jku: KEYS_AT }))).status, 200);
  assert.equal((await redeem(await assertion(id, pair, {}, { jku: `${KEYS_AT}?x` }))).status, 401);
  assert.deepEqual([...new Set(asked)], [KEYS_AT]);
});

test('nothing inside is ever fetched', async () => {
  let connections = 0;
  const listener = createServer((_req, res) => res.end('{}')).on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;
  for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', '0.0.0.0'])
    await assert.rejects(publicFetch(`https://${host}:${port}/`), host);
  await assert.rejects(publicFetch(`http://127.0.0.1:${port}/`));
  await assert.rejects(publicFetch(`https://user@127.0.0.1:${port}/`));
  assert.equal(connections, 0);
  listener.closeAllConnections();
  await new Promise((resolve) => listener.close(resolve));
  for (const inside of [
    '10.1.2.3',
    '172.20.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    'fe80::1',
    'fd00::1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '::ffff:10.0.0.1',
    'nonsense',
  ])
    assert.equal(isPublicAddress(inside), false, inside);
  for (const outside of ['9.9.9.9', '2620:fe::fe']) assert.equal(isPublicAddress(outside), true, outside);
});

test('only an admin registers, with a token that says so, and only what makes sense', async () => {
  const app = { client_name: 'App', redirect_uris: ['https://app.example/callback'], scope: 'openid user/Patient.rs' };
  const admin = await tokenOf('admin@demo.clinic');
  const ended = await tokensFor(at, 'admin@demo.clinic', { scope: 'openid polyclinic:*:*' });
  await fetch(`${at.url}/oidc/revoke`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ token: ended.body['access_token'] ?? '', client_id: 'demo-app' }).toString(),
  });
  assert.equal((await register(app)).status, 401);
  assert.equal((await register(app, 'nonsense')).status, 401);
  assert.equal((await register(app, ended.body['access_token'])).status, 401);
  assert.equal((await register(app, await tokenOf('doctor@demo.clinic'))).status, 403);
  assert.equal((await register(app, await tokenOf('admin@demo.clinic', 'openid user/*.cruds'))).status, 403);
  const { body: system } = await token(at, { grant_type: 'client_credentials', scope: 'system/*.cruds' }, SYSTEM);
  assert.equal((await register(app, system['access_token'])).status, 403);
  const bad: object[] = [
    { ...app, client_name: '' },
    { ...app, redirect_uris: ['http://app.example/callback'] },
    { ...app, redirect_uris: ['https://app.example/*'] },
    { ...app, redirect_uris: ['https://app.example/#x'] },
    { ...app, redirect_uris: ['https://user@app.example/'] },
    { ...app, redirect_uris: [] },
    { ...app, grant_types: ['password'] },
    { ...app, grant_types: ['authorization_code', 'client_credentials'] },
    { ...app, scope: 'system/*.rs' },
    { ...app, scope: 'polyclinic:*:*' },
    { ...app, token_endpoint_auth_method: 'client_secret_jwt' },
    { ...BACKEND, token_endpoint_auth_method: 'none' },
    BACKEND,
    { ...BACKEND, jwks_uri: 'http://keys.example/' },
    { ...BACKEND, jwks: { keys: [{ kty: 'oct', kid: 'x', k: 'AAAA' }] } },
    {
      ...BACKEND,
      jwks: {
        keys: [
          { kty: 'EC', kid: 'x' },
          { kty: 'EC', kid: 'x' },
        ],
      },
    },
    { ...BACKEND, jwks: 'x' },
    { ...BACKEND, redirect_uris: 'x' },
  ];
  for (const each of bad) {
    const { status, body } = await register(each, admin);
    assert.equal(status, 400, JSON.stringify(each));
    assert.match(body['error'] ?? '', /^invalid_(client_metadata|redirect_uri)$/);
  }
});

test('a registered app works for its clinic’s people, with its secret, until an admin closes it', async () => {
  const admin = await tokenOf('admin@demo.clinic');
  const wanted = {
    client_name: 'Diary',
    redirect_uris: [at.callback],
    scope: 'openid offline_access user/Patient.rs',
    first_party: true,
    client_roles: ['system'],
    grant_types: ['authorization_code', 'refresh_token'],
  };
  const { status, body } = await register(wanted, admin);
  assert.equal(status, 201);
  const [id, secret] = [body['client_id'] ?? '', body['client_secret'] ?? ''];
  const { rows } = await at.pool.query<{ metadata: Record<string, unknown> }>(
    'select metadata from identity.client where id = $1',
    [id],
  );
  assert.ok(!JSON.stringify(rows[0]?.metadata).includes(secret));
  assert.deepEqual([rows[0]?.metadata['first_party'], rows[0]?.metadata['client_roles']], [false, []]);

  const signIn = async () => {
    const { verifier, challenge } = pkce();
    const visitor = browser();
    const scope = 'openid offline_access user/Patient.rs';
    const page = await signInByForm(
      at,
      visitor,
      { client_id: id, scope, code_challenge: challenge },
      'doctor@demo.clinic',
    );
    if (!page.pathname.startsWith('/oidc/interaction/')) return null;
    const allowed = await visitor.post(page.href, { decision: 'allow' });
    const resumed = await visitor.get(new URL(allowed.headers.get('location') ?? '', at.url).href);
    const code = new URL(resumed.headers.get('location') ?? '', at.url).searchParams.get('code') ?? '';
    return await token(
      at,
      { grant_type: 'authorization_code', redirect_uri: at.callback, code, code_verifier: verifier },
      `${id}:${secret}`,
    );
  };
  const first = await signIn();
  assert.equal(first?.status, 200, JSON.stringify(first?.body));
  await at.pool.query(`update identity.client set metadata = metadata || '{"client_clinic": 2}' where id = $1`, [id]);
  assert.equal((await signIn())?.body['error'], 'invalid_grant');
  await at.pool.query(`update identity.client set metadata = metadata || '{"client_clinic": 1}' where id = $1`, [id]);

  const page = browser();
  const { html } = await openAccount(at, page, 'admin@demo.clinic');
  assert.match(html, /Programs of the clinic/);
  const list = await (await page.get(`${at.url}/oidc/account/programs`)).text();
  assert.ok(list.includes(`value="${id}"`));
  assert.ok(!list.includes('demo-system'));
  assert.equal((await postForm(at, page, '/oidc/account/programs', { close: 'demo-system' })).status, 404);
  assert.equal((await postForm(at, page, '/oidc/account/programs', { close: id })).status, 200);
  assert.equal(await signIn(), null);
  const renew = { grant_type: 'refresh_token', refresh_token: first?.body['refresh_token'] ?? '' };
  assert.equal((await token(at, renew, `${id}:${secret}`)).body['error'], 'invalid_client');
});

test('none of all this was a defect', () => {
  assert.deepEqual(at.defects, []);
});
