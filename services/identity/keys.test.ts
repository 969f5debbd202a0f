// Signing keys change while the platform runs, and nobody's token fails for it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTokenVerifier } from '@polyclinic/access';
import { decodeProtectedHeader } from 'jose';
import { planKeys } from './domain/key-plan.ts';
import { type RunningIdentity, runIdentity, tokensFor } from './testing/running-identity.ts';

let at: RunningIdentity;
before(async () => {
  at = await runIdentity();
});
after(() => at.close());

const published = async () => {
  const { keys } = (await (await fetch(`${at.url}/oidc/jwks`)).json()) as {
    keys: { kid: string; alg: string; d?: string }[];
  };
  assert.ok(keys.every(({ d }) => d === undefined));
  return keys.filter(({ alg }) => alg === 'ES256').map(({ kid }) => kid);
};
const hoursPass = (hours: number) =>
  at.pool.query(`update identity.signing_key set created_at = created_at - make_interval(hours => $1)`, [hours]);
const signs = async () => {
  const access = (await tokensFor(at, 'doctor@demo.clinic')).body['access_token'] ?? '';
  return { access, kid: decodeProtectedHeader(access).kid ?? '' };
};

test('a new key is published, then signs, then the old one goes; tokens of both are good meanwhile', async () => {
  // The verifier asks for unknown keys every five seconds at most.
  let shiftMs = 0;
  const verifier = createTokenVerifier({
    ...{ issuer: at.url, audience: `${at.url}/fhir/R4`, now: () => new Date(Date.now() + shiftMs) },
    keys: async () => (await (await fetch(`${at.url}/oidc/jwks`)).json()) as ReturnType<typeof at.identity.jwks>,
  });
  const first = await signs();
  assert.deepEqual(await published(), [first.kid]);
  await verifier.verify(first.access);

  await hoursPass(1);
  for (const _ of [1, 2, 3]) await at.identity.rotateKeys();
  const both = await published();
  assert.equal(both.length, 2);
  assert.equal((await signs()).kid, first.kid);

  await hoursPass(3);
  await at.identity.renewKeys();
  shiftMs = 6_000;
  const second = await signs();
  assert.notEqual(second.kid, first.kid);
  assert.ok(both.includes(second.kid));
  assert.equal((await published()).length, 2);
  for (const { access } of [first, second]) assert.equal((await verifier.verify(access)).clinic, 1);
  const userinfo = await fetch(`${at.url}/oidc/userinfo`, { headers: { authorization: `Bearer ${first.access}` } });
  assert.equal(userinfo.status, 200);

  await hoursPass(2);
  await at.identity.renewKeys();
  assert.deepEqual(await published(), [second.kid]);
  assert.equal((await signs()).kid, second.kid);
  verifier.close();
});

test('keys change by themselves every ninety days, and once however many processes notice', async () => {
  const [before] = await published();
  await hoursPass(91 * 24);
  await Promise.all([at.identity.renewKeys(), at.identity.renewKeys(), at.identity.renewKeys()]);
  await at.identity.renewKeys();
  const after = await published();
  assert.equal(after.length, 2);
  assert.equal((await signs()).kid, before);
});

test('whatever the ages, each algorithm has one key that signs, and no key is gone while tokens of it live', () => {
  const hour = 3_600_000;
  const now = new Date('2026-06-01T00:00:00Z');
  for (let seed = 1; seed < 500; seed += 1) {
    const ages = [seed % 7, (seed * 13) % 50, (seed * 31) % 3_000, (seed * 71) % 9_000]
      .sort((a, b) => a - b)
      .slice(0, 1 + (seed % 4));
    const keys = ages.map((age, at) => ({
      ...{ algorithm: 'ES256', generation: ages.length - at, age },
      createdAt: new Date(now.getTime() - age * hour),
    }));
    const { published, retired } = planKeys(keys, ['ES256'], now);
    const [signing] = published;
    assert.ok(signing);
    assert.ok(signing.age >= 2 || signing.generation === 1);
    assert.equal(published.length + retired.length, keys.length);
    for (const { generation } of retired) assert.ok(generation < signing.generation && signing.age >= 4);
  }
});

test('none of all this was a defect', () => {
  assert.deepEqual(at.defects, []);
});
