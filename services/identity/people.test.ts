// How people come to belong to a clinic and cease to: registering, being invited, being shut out.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Context } from '@polyclinic/kit';
import { decodeJwt } from 'jose';
import { createIdentity } from './identity.ts';
import { identityService } from './service.ts';
import {
  browser,
  openAccount,
  postForm,
  type RunningIdentity,
  runIdentity,
  token,
  tokensFor,
} from './testing/running-identity.ts';

let at: RunningIdentity;
before(async () => {
  at = await runIdentity();
});
after(() => at.close());

const PASSWORD = 'seven quiet herons';
const register = (email: string, more: Record<string, string> = {}) =>
  postForm(at, browser(), '/oidc/account/register', { name: 'Ben', email, clinic: '1', ...more });
const linkTo = async (address: string) => (await at.letters(address))[0]?.link ?? '';
const follow = (path: string, more: Record<string, string> = {}) => {
  const [page = '', link = ''] = path.split('?link=');
  return postForm(at, browser(), page, { link, password: PASSWORD, ...more });
};
const signedIn = async (username: string, password = PASSWORD) => {
  const visitor = browser();
  return { visitor, ...(await openAccount(at, visitor, username, password)) };
};
const claimsOf = async (username: string) => {
  const { body } = await tokensFor(at, username, { scope: 'openid patient/*.rs' }, PASSWORD);
  return decodeJwt(body['access_token'] ?? '');
};

test('a patient registers: nothing exists until the mailbox answers, and then no record is seen', async () => {
  assert.equal((await register('ben@example.org')).status, 200);
  const link = await linkTo('ben@example.org');
  assert.match(link, /^\/oidc\/account\/registration\?link=/);
  const accounts = () => at.pool.query(`select 1 from identity.account where username = 'ben@example.org'`);
  assert.equal((await accounts()).rows.length, 0);
  assert.equal((await follow(link, { password: 'short' })).status, 400);
  const outcomes = await Promise.all([1, 2, 3, 4, 5].map(() => follow(link)));
  assert.deepEqual(outcomes.map(({ status }) => status).sort(), [200, 400, 400, 400, 400]);
  const claims = await claimsOf('ben@example.org');
  assert.deepEqual(
    [claims['clinic'], claims['roles'], claims['patient'], claims['fhirUser']],
    [1, ['patient'], undefined, undefined],
  );
});

test('registering tells nobody who has an account, and the owner hears of it', async () => {
  const [known, unknown] = [await register('doctor@demo.clinic'), await register('nobody@example.org')];
  assert.deepEqual([known.status, known.html], [unknown.status, unknown.html]);
  const [letter] = await at.letters('doctor@demo.clinic');
  assert.equal(letter?.subject, 'You already have an account');
  assert.ok(!letter?.link.includes('link='));
});

test('a closed account does not come back by registering', async () => {
  await register('closed@example.org');
  await follow(await linkTo('closed@example.org'));
  await at.pool.query(`update identity.account set closed_at = now() where username = 'closed@example.org'`);
  const before = (await at.letters('closed@example.org')).length;
  assert.equal((await register('closed@example.org')).status, 200);
  assert.equal((await at.letters('closed@example.org')).length, before);
});

test('one registers with a clinic that lets patients do so, and no other', async () => {
  assert.equal((await register('eve@example.org', { clinic: '2' })).status, 400);
  assert.equal((await register('eve@example.org', { clinic: '' })).status, 400);
  const admin = await signedIn('admin@demo.clinic', 'polyclinic-demo');
  assert.equal((await postForm(at, admin.visitor, '/oidc/account/clinic', { name: 'Harbor <b>' })).status, 200);
  const closed = await (await browser().get(`${at.url}/oidc/account/register`)).text();
  assert.ok(!closed.includes('<form'));
  assert.ok((await register('eve@example.org')).html.includes('Register at your clinic'));
  await postForm(at, admin.visitor, '/oidc/account/clinic', { name: 'Harbor <b>', registration: 'self' });
  const html = await (await browser().get(`${at.url}/oidc/account/register`)).text();
  assert.ok(html.includes('Harbor &#60;b&#62;'));
  assert.deepEqual(await at.letters('eve@example.org'), []);
});

test('an admin invites staff, who choose a password and are what they were invited as', async () => {
  const { visitor } = await signedIn('admin@demo.clinic', 'polyclinic-demo');
  const invite = async (form: [string, string][]) => {
    const answer = await visitor.post(`${at.url}/oidc/account/invite`, Object.fromEntries(form), { origin: at.url });
    return answer.status;
  };
  const person: [string, string][] = [
    ['name', 'Carl'],
    ['email', 'carl@example.org'],
    ['fhirUser', 'Practitioner/carl'],
  ];
  assert.equal(await invite([...person, ['role', 'system']]), 400);
  assert.equal(await invite(person), 400);
  assert.equal(await invite([...person, ['role', 'nurse'], ['patient', 'pat-1']]), 400);
  assert.equal(await invite([...person, ['role', 'nurse']]), 200);
  const link = await linkTo('carl@example.org');
  assert.equal((await follow(link)).status, 200);
  assert.equal((await follow(link)).status, 400);
  const claims = await claimsOf('carl@example.org');
  assert.deepEqual([claims['roles'], claims['fhirUser']], [['nurse'], 'Practitioner/carl']);
});

test('only an admin sees and invites people, and only of the own clinic', async () => {
  const pages = ['people', 'invite', 'clinic'];
  for (const who of ['doctor', 'patient']) {
    const { visitor } = await signedIn(`${who}@demo.clinic`, 'polyclinic-demo');
    for (const page of pages) {
      assert.equal((await visitor.get(`${at.url}/oidc/account/${page}`)).status, 403);
      assert.equal((await postForm(at, visitor, `/oidc/account/${page}`, { role: 'admin' })).status, 403);
    }
  }
  for (const page of pages) assert.equal((await browser().get(`${at.url}/oidc/account/${page}`)).status, 303);
});

test('a patient who was invited to a certain record sees that one, with the account of before', async () => {
  const service = identityService(at.identity);
  const call = async (name: string, input: unknown, subject: Partial<Context['subject']> = {}) => {
    const found = service.offers.find(({ operation }) => operation.name === name);
    const asker = {
      id: 'admin-1',
      client: 'demo-app',
      clinic: 1,
      roles: ['admin'],
      scopes: ['polyclinic:*:*'],
      ...subject,
    };
    return await found?.handle({ subject: asker } as Context, input);
  };
  const invited = { email: 'ben@example.org', name: 'Ben', roles: ['patient'], patient: 'pat-7' };
  await assert.rejects(call('inviteUser', invited, { clinic: 0 }), /belong to a clinic/);
  await call('inviteUser', invited);
  const link = await linkTo('ben@example.org');
  const page = await (await browser().get(at.url + link)).text();
  assert.ok(!page.includes('type="password"'));
  assert.equal((await follow(link, { password: 'another password entirely' })).status, 200);
  assert.equal((await claimsOf('ben@example.org'))['patient'], 'pat-7');

  const { users } = (await call('users', { part: 'ben' })) as { users: { id: string; email: string }[] };
  assert.deepEqual(
    users.map(({ email }) => email),
    ['ben@example.org'],
  );
  assert.deepEqual(await call('users', { part: '' }, { clinic: 2 }), { users: [] });
  const id = users[0]?.id ?? '';
  await assert.rejects(call('disableUser', { id }, { clinic: 2 }), { status: 404 });
  await assert.rejects(call('disableUser', { id }, { id }), /themselves/);
  await call('disableUser', { id });
  assert.equal((await signedIn('ben@example.org')).html.includes('<h1>Your account'), false);
  await call('enableUser', { id });
  assert.equal((await signedIn('ben@example.org')).html.includes('<h1>Your account'), true);
});

test('who is shut out is out at once: page, refresh token, forgotten password', async () => {
  const { body, visitor: nurse } = await tokensFor(at, 'nurse@demo.clinic', {
    scope: 'openid offline_access user/*.cruds',
  });
  const admin = (await signedIn('admin@demo.clinic', 'polyclinic-demo')).visitor;
  const list = await (await admin.get(`${at.url}/oidc/account/people?part=nurse%40`)).text();
  const id = /name="disable" value="([^"]+)"/.exec(list)?.[1] ?? '';
  assert.match((await postForm(at, admin, '/oidc/account/people', { disable: id })).html, /Done\./);
  assert.equal((await nurse.get(`${at.url}/oidc/account`)).status, 303);
  const renew = { grant_type: 'refresh_token', client_id: 'demo-app', refresh_token: body['refresh_token'] ?? '' };
  assert.equal((await token(at, renew)).body['error'], 'invalid_grant');
  assert.equal((await signedIn('nurse@demo.clinic', 'polyclinic-demo')).html.includes('<h1>Your account'), false);
  await postForm(at, browser(), '/oidc/account/forgot', { email: 'nurse@demo.clinic' });
  const link = await linkTo('nurse@demo.clinic');
  assert.equal((await follow(link)).status, 200);
  assert.equal((await signedIn('nurse@demo.clinic')).html.includes('<h1>Your account'), false);
  const [self] =
    /name="disable" value="([^"]+)"[^>]*>Shut Demo Admin out/
      .exec(await (await admin.get(`${at.url}/oidc/account/people?part=admin`)).text())
      ?.slice(1) ?? [];
  assert.equal((await postForm(at, admin, '/oidc/account/people', { disable: self ?? '' })).status, 422);
  assert.equal((await postForm(at, admin, '/oidc/account/people', { enable: id })).status, 200);
  assert.equal((await signedIn('nurse@demo.clinic', PASSWORD)).html.includes('<h1>Your account'), true);
});

test('the first admin of a new deployment is invited by a letter, and nobody once there is one', async () => {
  const other = await runIdentity();
  try {
    const start = async () =>
      (
        await createIdentity({
          ...{ pool: other.pool, baseUrl: other.url, now: () => new Date(), firstAdmin: 'first@example.org' },
          mail: { send: async () => assert.fail('nothing is sent here'), close: () => {} },
        })
      ).close();
    await start();
    assert.deepEqual(await other.letters('first@example.org'), []);
    await other.pool.query('delete from identity.membership');
    await start();
    await start();
    const letters = await other.letters('first@example.org');
    assert.equal(letters.length, 1);
    const [page = '', link = ''] = letters[0]?.link.split('?link=') ?? [];
    assert.equal((await postForm(other, browser(), page, { link, password: PASSWORD })).status, 200);
    const { html } = await openAccount(other, browser(), 'first@example.org', PASSWORD);
    assert.match(html, /People of the clinic/);
  } finally {
    await other.close();
  }
});

test('none of all this was a defect', () => {
  assert.deepEqual(at.defects, []);
});
