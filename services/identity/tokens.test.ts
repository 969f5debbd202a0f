// The tokens that identity gives, in the hands of the verifier that guards every door.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createTokenVerifier, decide, followRevocations } from '@polyclinic/access';
import { rosterFaults } from '@polyclinic/kit';
import { patients } from '@polyclinic/patients/service.ts';
import { purgeExpired } from './commands/purge-expired.ts';
import { endEverythingOf, revoke } from './commands/revoke.ts';
import { loadSigningKeys } from './oidc/keys.ts';
import { revokedSince } from './queries/revoked-tokens.ts';
import { identity, smartConfiguration } from './service.ts';
import { createIdentityStore } from './store.ts';
import { PEOPLE, type RunningIdentity, runIdentity, SYSTEM, token, tokensFor } from './testing/running-identity.ts';

let at: RunningIdentity;
before(async () => {
  at = await runIdentity();
});
after(() => at.close());

const door = () => {
  const now = () => new Date();
  const revocations = followRevocations((position) => revokedSince(at.identity.store, position), now, {
    pollMs: 3_600_000,
  });
  const keys = async () => at.identity.jwks();
  const verifier = createTokenVerifier({ issuer: at.url, audience: `${at.url}/fhir/R4`, keys, now, revocations });
  return { verify: verifier.verify, refresh: revocations.refresh, close: verifier.close };
};

test('the subject of each demo account is who it says', async () => {
  const { verify, close } = door();
  for (const role of ['admin', 'doctor', 'nurse', 'office', 'patient', 'researcher']) {
    const { body } = await tokensFor(at, `${role}@demo.clinic`);
    const subject = await verify(body['access_token'] ?? '');
    assert.deepEqual([subject.clinic, subject.roles, subject.client], [1, [role], 'demo-app']);
    const expected = role === 'patient' ? [PEOPLE.patient] : null;
    const decision = decide(subject, 'search', 'Practitioner');
    assert.deepEqual(decision, { allowed: true, visibility: { clinic: 1, patients: expected } });
  }
  const { body } = await token(at, { grant_type: 'client_credentials', scope: 'system/*.cruds' }, SYSTEM);
  assert.ok(decide(await verify(body['access_token'] ?? ''), 'create', 'Patient').allowed);
  close();
});

test('ID and refresh tokens are no access tokens', async () => {
  const { verify, close } = door();
  const { body } = await tokensFor(at, 'doctor@demo.clinic');
  for (const name of ['id_token', 'refresh_token']) {
    assert.ok(body[name], name);
    await assert.rejects(verify(body[name] ?? ''), { status: 401 });
  }
  close();
});

test('what is revoked at identity ends at the door', async () => {
  const { verify, refresh, close } = door();
  const doctor = (await tokensFor(at, 'doctor@demo.clinic')).body['access_token'] ?? '';
  const nurse = (await tokensFor(at, 'nurse@demo.clinic')).body['access_token'] ?? '';
  const { id } = await verify(nurse);
  await verify(doctor);
  await fetch(`${at.url}/oidc/revoke`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ client_id: 'demo-app', token: doctor }).toString(),
  });
  await refresh();
  await assert.rejects(verify(doctor), { status: 401 });
  await verify(nurse);
  await endEverythingOf(at.identity.store, id);
  await refresh();
  await assert.rejects(verify(nurse), { status: 401 });
  close();
});

test('a revocation is told while an older transaction is still open, and never lost behind it', async () => {
  const connection = await at.pool.connect();
  const { store } = at.identity;
  const { position } = await revokedSince(store, '');
  await connection.query('begin');
  const late = createIdentityStore(connection, () => new Date());
  await revoke(late, 'token', 'late');
  await revoke(store, 'token', 'early');
  const before = await revokedSince(store, position);
  assert.deepEqual(
    before.revocations.map(({ id }) => id),
    ['early'],
  );
  await connection.query('commit');
  connection.release();
  const later = await revokedSince(store, before.position);
  assert.deepEqual(
    later.revocations.map(({ id }) => id),
    ['late', 'early'],
  );
  assert.deepEqual((await revokedSince(store, later.position)).revocations, []);
  await assert.rejects(revokedSince(store, '1; drop table'), { status: 422 });
});

test('processes that start together share one set of keys', async () => {
  const { pool } = at;
  await pool.query('delete from identity.signing_key');
  const store = createIdentityStore(pool, () => new Date());
  const sets = await Promise.all([loadSigningKeys(store), loadSigningKeys(store), loadSigningKeys(store)]);
  const kids = sets.map(({ publicKeys }) => publicKeys.keys.map(({ kid }) => kid));
  assert.equal(kids[0]?.length, 2);
  assert.deepEqual(kids[1], kids[0]);
  assert.deepEqual(kids[2], kids[0]);
  for (const key of sets[0]?.publicKeys.keys ?? []) assert.equal(key.d, undefined);
});

test('neither passwords nor secrets nor refresh tokens are kept in the clear', async () => {
  const { body } = await tokensFor(at, 'office@demo.clinic', { scope: 'openid offline_access user/*.cruds' });
  const { rows } = await at.pool.query<{ everything: string }>(
    `select (select string_agg(a::text, '') from identity.account a) || (select string_agg(c::text, '') from identity.client c)
         || (select string_agg(o::text, '') from identity.oidc_entry o) as everything`,
  );
  const everything = rows[0]?.everything ?? '';
  assert.ok(everything.includes('argon2id$v=19$m=19456,t=2,p=1'));
  for (const secret of ['polyclinic-demo', 'demo-system-secret', body['refresh_token'] ?? 'missing'])
    assert.ok(!everything.includes(secret), secret);
});

test('what has expired is swept away, what has not stays', async () => {
  const future = createIdentityStore(at.pool, () => new Date(Date.now() + 13 * 3_600_000));
  const count = async (model: string) =>
    (await at.pool.query('select 1 from identity.oidc_entry where model = $1', [model])).rows.length;
  assert.ok((await count('Session')) > 0);
  while ((await purgeExpired(future, 5)) > 0);
  assert.equal(await count('Session'), 0);
  assert.ok((await count('Grant')) > 0);
});

test('the declaration holds together, and the SMART document names what is served', async () => {
  assert.deepEqual(rosterFaults([identity, patients]), []);
  const document = smartConfiguration(at.url);
  const discovery = (await (await fetch(`${at.url}/.well-known/openid-configuration`)).json()) as Record<
    string,
    unknown
  >;
  for (const name of [
    'issuer',
    'jwks_uri',
    'authorization_endpoint',
    'token_endpoint',
    'introspection_endpoint',
    'revocation_endpoint',
    'userinfo_endpoint',
    'code_challenge_methods_supported',
  ])
    assert.deepEqual(document[name], discovery[name], name);
});
