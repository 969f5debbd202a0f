import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { before, test } from 'node:test';
import { Refusal } from '@polyclinic/kit';
import { withFixedClock } from '@polyclinic/testing';
import { base64url, type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWK, SignJWT } from 'jose';
import { bearerChallenge, bearerToken } from './bearer.ts';
import { followRevocations, type Revocation } from './revocations.ts';
import { createTokenVerifier } from './token-verifier.ts';

const ISSUER = 'https://clinic.example';
const AUDIENCE = `${ISSUER}/fhir/R4`;
const clock = withFixedClock();
const seconds = () => Math.floor(clock.now().getTime() / 1000);

let es: { privateKey: CryptoKey; publicKey: CryptoKey };
let rs: { privateKey: CryptoKey; publicKey: CryptoKey };
let jwks: { keys: JWK[] };
before(async () => {
  es = await generateKeyPair('ES256', { extractable: true });
  rs = await generateKeyPair('RS256', { extractable: true });
  jwks = {
    keys: [
      { ...(await exportJWK(es.publicKey)), kid: 'es', alg: 'ES256', use: 'sig' },
      { ...(await exportJWK(rs.publicKey)), kid: 'rs', alg: 'RS256', use: 'sig' },
    ],
  };
});

const claims = () => ({
  iss: ISSUER,
  aud: AUDIENCE,
  sub: 'someone',
  client_id: 'demo-app',
  jti: 'token-1',
  iat: seconds(),
  exp: seconds() + 900,
  clinic: 1,
  roles: ['doctor'],
  scope: 'openid user/*.rs',
  fhirUser: 'Practitioner/d1',
  grant: 'grant-1',
});
type Claims = Record<string, unknown>;
const sign = (change: Claims = {}, header: Claims = {}, key: CryptoKey | Uint8Array = es.privateKey) =>
  new SignJWT({ ...claims(), ...change })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: 'es', ...header })
    .sign(key);
const verifier = (more = {}) =>
  createTokenVerifier({ issuer: ISSUER, audience: AUDIENCE, keys: async () => jwks, now: clock.now, ...more });
const refused = async (token: string, why: string) => {
  await assert.rejects(
    verifier().verify(token),
    (error) => error instanceof Refusal && error.status === 401 && error.message === 'A valid access token is needed.',
    why,
  );
};
const raw = (header: Claims, payload: Claims, signature = '') =>
  `${base64url.encode(JSON.stringify(header))}.${base64url.encode(JSON.stringify(payload))}.${signature}`;

test('a good token proves its subject', async () => {
  const expected = {
    id: 'someone',
    client: 'demo-app',
    clinic: 1,
    roles: ['doctor'],
    scopes: ['openid', 'user/*.rs'],
    fhirUser: 'Practitioner/d1',
  };
  assert.deepEqual(await verifier().verify(await sign()), expected);
  assert.deepEqual(await verifier().verify(await sign({}, { alg: 'RS256', kid: 'rs' }, rs.privateKey)), expected);
});

test('no forged header gets through, and nobody is asked for a key the token names', async () => {
  let asked = 0;
  const listener = createServer((_req, res) => {
    asked += 1;
    res.end('{}');
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const evil = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/jwks`;
  const other = await generateKeyPair('ES256', { extractable: true });
  const jwk = await exportJWK(other.publicKey);
  const pem = new TextEncoder().encode(await exportSPKI(rs.publicKey));
  const good = await sign();
  const [head = '', body = '', signature = ''] = good.split('.');
  for (const alg of ['none', 'None', 'NONE', 'nOnE']) {
    await refused(raw({ alg, typ: 'at+jwt' }, claims()), alg);
    await refused(raw({ alg, typ: 'at+jwt' }, claims(), 'AAAA'), alg);
  }
  await refused(await sign({}, { alg: 'HS256', kid: 'rs' }, pem), 'HS256 with the public PEM');
  await refused(
    await sign({}, { alg: 'HS256', kid: 'es' }, new TextEncoder().encode(JSON.stringify(jwks.keys[0]))),
    'HS256 with the JWK',
  );
  await refused(await sign({}, {}, other.privateKey), 'another key under our kid');
  await refused(await sign({}, { jwk }, other.privateKey), 'embedded key');
  await refused(await sign({}, { jku: evil, kid: 'evil' }, other.privateKey), 'jku');
  await refused(await sign({}, { x5u: evil, kid: 'evil' }, other.privateKey), 'x5u');
  for (const kid of ['../../etc/passwd', "' or 1=1 --", 'unknown', ''])
    await refused(await sign({}, { kid }, other.privateKey), kid);
  await refused(await sign({}, { alg: 'PS256', kid: 'rs' }, (await generateKeyPair('PS256')).privateKey), 'PS256');
  await refused(await sign({}, { alg: 'RS256', kid: 'es' }, rs.privateKey), 'RS256 under the EC kid');
  await refused(raw({ alg: 'ES256', typ: 'at+jwt', kid: 'es', crit: ['x'], x: 1 }, claims(), signature), 'crit');
  await refused(raw({ alg: 'ES256', typ: 'at+jwt', kid: 'es', b64: false, crit: ['b64'] }, claims(), signature), 'b64');
  await refused(`${head}.${body}.`, 'no signature');
  await refused(`${head}.${body}`, 'two parts');
  await refused(
    `${head}.${base64url.encode(JSON.stringify({ ...claims(), roles: ['admin'] }))}.${signature}`,
    'changed claims',
  );
  await refused(`${good} `, 'something behind');
  await refused('', 'nothing');
  listener.close();
  assert.equal(asked, 0);
});

test('no token meant for something else gets through', async () => {
  const wrong: Record<string, Claims> = {
    'another issuer': { iss: 'https://evil.example' },
    'issuer with a slash': { iss: `${ISSUER}/` },
    'another audience': { aud: 'https://other.example/fhir/R4' },
    'no audience': { aud: undefined },
    'the client as audience': { aud: 'demo-app' },
    expired: { exp: seconds() - 6 },
    'never expires': { exp: undefined },
    'not yet': { nbf: seconds() + 3_600 },
    'no id': { jti: undefined },
    'no subject': { sub: undefined },
    'no clinic': { clinic: undefined },
    'clinic as text': { clinic: '1' },
    'negative clinic': { clinic: -1 },
    'no roles': { roles: undefined },
    'roles as text': { roles: 'admin' },
    'no client': { client_id: undefined },
  };
  for (const [why, change] of Object.entries(wrong)) await refused(await sign(change), why);
  for (const typ of ['JWT', 'logout+jwt', undefined]) await refused(await sign({}, { typ }), `typ ${typ}`);
});

test('a remembered token ends with its time', async () => {
  const clockHere = withFixedClock();
  const here = verifier({ now: clockHere.now });
  const token = await sign();
  await here.verify(token);
  clockHere.advance(904_000);
  await here.verify(token);
  clockHere.advance(1_000);
  await assert.rejects(here.verify(token), { status: 401 });
});

test('a revoked token, grant or subject ends, also when remembered; others go on', async () => {
  const told: Revocation[] = [];
  const revocations = followRevocations(async () => ({ revocations: [...told], position: '' }), clock.now, {
    pollMs: 3_600_000,
  });
  const here = verifier({ revocations });
  const mine = await sign();
  const later = await sign({ jti: 'token-2', grant: 'grant-2', iat: seconds() + 1 });
  const other = await sign({ jti: 'token-3', grant: 'grant-3', sub: 'other' });
  for (const token of [mine, later, other]) await here.verify(token);
  told.push({ kind: 'token', id: 'token-3', at: seconds() });
  await revocations.refresh();
  await assert.rejects(here.verify(other), { status: 401 });
  told.push({ kind: 'subject', id: 'someone', at: seconds() });
  await revocations.refresh();
  await assert.rejects(here.verify(mine), { status: 401 });
  await here.verify(later);
  told.push({ kind: 'grant', id: 'grant-2', at: seconds() });
  await revocations.refresh();
  await assert.rejects(here.verify(later), { status: 401 });
  here.close();
});

test('when revocations can not be learned for a minute, no token is trusted', async () => {
  const clockHere = withFixedClock();
  let reachable = true;
  const revocations = followRevocations(
    async () => {
      if (!reachable) throw new Error('unreachable');
      return { revocations: [], position: '' };
    },
    clockHere.now,
    { pollMs: 3_600_000 },
  );
  const here = verifier({ revocations, now: clockHere.now });
  const token = await sign();
  await here.verify(token);
  reachable = false;
  clockHere.advance(60_000);
  await here.verify(token);
  clockHere.advance(1);
  await assert.rejects(here.verify(token), { status: 503 });
  reachable = true;
  await here.verify(token);
  here.close();
});

test('a key that is new is asked for once, then known', async () => {
  const clockHere = withFixedClock();
  let asked = 0;
  let known: JWK[] = jwks.keys.slice(1);
  const here = verifier({
    now: clockHere.now,
    keys: async () => {
      asked += 1;
      return { keys: known };
    },
  });
  const token = await sign();
  await assert.rejects(here.verify(token), { status: 401 });
  known = jwks.keys;
  await assert.rejects(here.verify(token), { status: 401 });
  assert.equal(asked, 1);
  clockHere.advance(5_000);
  await here.verify(token);
  assert.equal(asked, 2);
});

test('the Authorization header is read strictly and answered by the book', () => {
  assert.equal(bearerToken('Bearer abc.def-_g'), 'abc.def-_g');
  assert.equal(bearerToken('bearer abc'), 'abc');
  for (const header of [undefined, '', 'Bearer', 'Bearer ', 'Bearer a b', 'Basic abc', 'Bearer a\nb'])
    assert.equal(bearerToken(header), null);
  assert.equal(bearerChallenge(), 'Bearer realm="polyclinic"');
  assert.equal(bearerChallenge('invalid_token'), 'Bearer realm="polyclinic", error="invalid_token"');
  assert.equal(
    bearerChallenge('insufficient_scope', 'a"\r\nb'),
    'Bearer realm="polyclinic", error="insufficient_scope", scope="ab"',
  );
});
