// A person's own account: forgotten passwords, other addresses, sign-ins elsewhere. And what strangers learn of it: nothing.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
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

const NEW = 'seven quiet herons';
const forgot = (email: string) => postForm(at, browser(), '/oidc/account/forgot', { email });
const reset = (link: string, password = NEW) =>
  postForm(at, browser(), '/oidc/account/reset', {
    link: new URLSearchParams(link.split('?')[1]).get('link') ?? '',
    password,
  });
const canSignIn = async (username: string, password: string) =>
  (await openAccount(at, browser(), username, password)).html.includes('<h1>Your account</h1>');

test('a forgotten password is replaced by a link from the mailbox, once, and all sessions end', async () => {
  const before = await tokensFor(at, 'nurse@demo.clinic', { scope: 'openid offline_access user/*.cruds' });
  assert.equal((await forgot(' Nurse@Demo.Clinic ')).status, 200);
  const [letter] = await at.letters('nurse@demo.clinic');
  assert.match(letter?.text ?? '', /within 30 minutes/);
  assert.ok(!/demo nurse/i.test(letter?.text ?? ''));
  const link = letter?.link ?? '';
  // A mail scanner opens it, twice.
  for (const _ of [1, 2]) assert.match(await (await browser().get(at.url + link)).text(), /<form/);
  const outcomes = await Promise.all(Array.from({ length: 10 }, (_, n) => reset(link, `${NEW} ${n}`)));
  const won = outcomes.findIndex(({ status }) => status === 200);
  assert.equal(outcomes.filter(({ status }) => status === 200).length, 1);
  assert.equal((await reset(link)).status, 400);
  assert.equal(await canSignIn('nurse@demo.clinic', 'polyclinic-demo'), false);
  assert.equal(await canSignIn('nurse@demo.clinic', `${NEW} ${won}`), true);
  const renew = {
    grant_type: 'refresh_token',
    client_id: 'demo-app',
    refresh_token: before.body['refresh_token'] ?? '',
  };
  assert.equal((await token(at, renew)).body['error'], 'invalid_grant');
  assert.equal((await at.letters('nurse@demo.clinic'))[0]?.subject, 'Your password was changed');
});

test('a newer link makes the older worthless, and so does time', async () => {
  await forgot('researcher@demo.clinic');
  const [older] = await at.letters('researcher@demo.clinic');
  await forgot('researcher@demo.clinic');
  const all = await at.letters('researcher@demo.clinic');
  const newer = all.find(({ link }) => link !== older?.link);
  assert.equal((await reset(older?.link ?? '')).status, 400);
  await at.pool.query(`update identity.mailed_link set expires_at = now() - interval '1 second'`);
  assert.equal((await reset(newer?.link ?? '')).status, 400);
  assert.equal(await canSignIn('researcher@demo.clinic', 'polyclinic-demo'), true);
});

test('weak passwords are refused with a reason, and the link stays good', async () => {
  await forgot('office@demo.clinic');
  const link = (await at.letters('office@demo.clinic'))[0]?.link ?? '';
  for (const weak of ['short', 'aaaaaaaaaaaaaaaa', 'passwordpassword', '123456789012345', 'office-office-office'])
    assert.match((await reset(link, weak)).html, /role="alert"/, weak);
  assert.equal((await reset(link)).status, 200);
});

test('links hold what they were made for: made-up ones, of another kind, or with a forged Host do nothing', async () => {
  assert.equal((await reset('?link=made-up')).status, 400);
  const visitor = browser();
  await visitor.post(
    `${at.url}/oidc/account/forgot`,
    { email: 'doctor@demo.clinic' },
    {
      origin: at.url,
      'x-forwarded-host': 'evil.example',
    },
  );
  const [letter] = await at.letters('doctor@demo.clinic');
  assert.ok(letter?.text.includes(`${at.url}/oidc/account/reset?link=`));
  assert.ok(!letter?.text.includes('evil.example'));
  const link = letter?.link.split('=')[1] ?? '';
  assert.equal((await postForm(at, browser(), '/oidc/account/new-address', { link })).status, 400);
});

test('no token of a link is kept as it was sent', async () => {
  await forgot('patient@demo.clinic');
  const link = (await at.letters('patient@demo.clinic'))[0]?.link.split('=')[1] ?? '';
  const { rows } = await at.pool.query(
    `select 1 from identity.mailed_link l where l::text like '%' || $1 || '%'
     union all select 1 from identity.letter_order o where o::text like '%' || $1 || '%'`,
    [link],
  );
  assert.equal(rows.length, 0);
  assert.ok(link.length >= 43);
});

test('asking for a link tells nobody who has an account: not by status, not by words, not by time', async () => {
  const timed = async (email: string) => {
    // Each from the same place, which is allowed fifty an hour; the count is not what is measured.
    await at.pool.query('delete from identity.sign_in_count');
    const start = performance.now();
    const { status, html } = await forgot(email);
    return { status, html, took: performance.now() - start };
  };
  const [known, unknown] = [[] as number[], [] as number[]];
  const reference = await timed('office@demo.clinic');
  for (let n = 0; n < 100; n += 1) {
    const [a, b] = [await timed('office@demo.clinic'), await timed(`nobody${n}@demo.clinic`)];
    for (const each of [a, b]) assert.deepEqual([each.status, each.html], [reference.status, reference.html]);
    known.push(a.took);
    unknown.push(b.took);
  }
  const median = (of: number[]) => of.sort((a, b) => a - b)[of.length >> 1] ?? 0;
  assert.ok(Math.abs(median(known) - median(unknown)) < 2, `${median(known)} ms, ${median(unknown)} ms`);
  assert.deepEqual(await at.letters('nobody1@demo.clinic'), []);
});

test('nobody’s mailbox is flooded, and nobody notices the limit', async () => {
  await at.pool.query('delete from identity.sign_in_count');
  const before = (await at.letters('admin@demo.clinic')).length;
  for (let n = 0; n < 8; n += 1) assert.equal((await forgot('admin@demo.clinic')).status, 200);
  assert.equal((await at.letters('admin@demo.clinic')).length - before, 5);
});

test('the account pages are for whoever is signed in, and forms for whoever opened them here', async () => {
  const stranger = await browser().get(`${at.url}/oidc/account/password`);
  assert.equal(stranger.status, 303);
  assert.match(stranger.headers.get('location') ?? '', /\/oidc\/authorize\?client_id=polyclinic-account/);
  assert.equal((await postForm(at, browser(), '/oidc/account/password', { current: 'x', password: NEW })).status, 303);
  const visitor = browser();
  const { html } = await openAccount(at, visitor, 'patient@demo.clinic');
  assert.match(html, /Demo Patient/);
  const form = { current: 'polyclinic-demo', password: NEW };
  for (const headers of [{}, { origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }] as Record<
    string,
    string
  >[])
    for (const path of ['password', 'address', 'sign-ins'])
      assert.equal((await visitor.post(`${at.url}/oidc/account/${path}`, form, headers)).status, 403, path);
  assert.equal(await canSignIn('patient@demo.clinic', 'polyclinic-demo'), true);
  const page = await visitor.get(`${at.url}/oidc/account`);
  assert.match(page.headers.get('content-security-policy') ?? '', /default-src 'none'.*frame-ancestors 'none'/);
});

test('changing the password needs the old one and signs out everywhere', async () => {
  const [here, elsewhere] = [browser(), browser()];
  await openAccount(at, here, 'patient@demo.clinic');
  await openAccount(at, elsewhere, 'patient@demo.clinic');
  const change = (current: string) => postForm(at, here, '/oidc/account/password', { current, password: NEW });
  assert.equal((await change('guess')).status, 400);
  assert.equal((await change('polyclinic-demo')).status, 200);
  for (const visitor of [here, elsewhere]) assert.equal((await visitor.get(`${at.url}/oidc/account`)).status, 303);
  assert.equal(await canSignIn('patient@demo.clinic', NEW), true);
});

test('another e-mail address counts once its mailbox confirms it, and both mailboxes know', async () => {
  const visitor = browser();
  await openAccount(at, visitor, 'patient@demo.clinic', NEW);
  const ask = (email: string, current = NEW) => postForm(at, visitor, '/oidc/account/address', { email, current });
  assert.equal((await ask('new@example.org', 'guess')).status, 400);
  const taken = await ask('doctor@demo.clinic');
  const free = await ask('new@example.org');
  assert.deepEqual([taken.status, taken.html], [200, free.html]);
  assert.ok(!(await at.letters('doctor@demo.clinic')).some(({ link }) => link.includes('new-address')));
  const link = (await at.letters('new@example.org'))[0]?.link ?? '';
  assert.equal(await canSignIn('new@example.org', NEW), false);
  assert.match(await (await browser().get(at.url + link)).text(), /Confirm/);
  const confirm = () => postForm(at, browser(), '/oidc/account/new-address', { link: link.split('=')[1] ?? '' });
  assert.equal((await confirm()).status, 200);
  assert.equal((await confirm()).status, 400);
  assert.equal(await canSignIn('new@example.org', NEW), true);
  assert.equal(await canSignIn('patient@demo.clinic', NEW), false);
  const subjects = async (to: string) => (await at.letters(to)).map(({ subject }) => subject);
  assert.ok((await subjects('patient@demo.clinic')).includes('Your e-mail address is about to change'));
  for (const to of ['patient@demo.clinic', 'new@example.org'])
    assert.ok((await subjects(to)).includes('Your e-mail address was changed'), to);
});

test('somebody sees the own sign-ins, ends one or all, and nobody else’s', async () => {
  const { body, visitor: phone } = await tokensFor(at, 'doctor@demo.clinic', {
    scope: 'openid offline_access user/*.cruds',
  });
  const here = browser();
  await openAccount(at, here, 'doctor@demo.clinic');
  const list = await (await here.get(`${at.url}/oidc/account/sign-ins`)).text();
  const sessions = [...list.matchAll(/name="session" value="([^"]+)"/g)].map(([, id]) => id ?? '');
  assert.ok(sessions.length >= 2);
  assert.match(list, /for Demo app/);
  assert.match(list, /Here, since/);
  const other = browser();
  await openAccount(at, other, 'admin@demo.clinic');
  for (const session of sessions) await postForm(at, other, '/oidc/account/sign-ins', { session });
  assert.equal((await here.get(`${at.url}/oidc/account`)).status, 200);
  const grant = /name="app" value="([^"]+)"/.exec(list)?.[1] ?? '';
  await postForm(at, other, '/oidc/account/sign-ins', { app: grant });
  const renew = (refresh_token: string) =>
    token(at, { grant_type: 'refresh_token', client_id: 'demo-app', refresh_token });
  const renewed = await renew(body['refresh_token'] ?? '');
  assert.equal(renewed.status, 200);
  await postForm(at, here, '/oidc/account/sign-ins', { app: grant });
  assert.equal((await renew(renewed.body['refresh_token'] ?? '')).body['error'], 'invalid_grant');
  await postForm(at, here, '/oidc/account/sign-ins', { all: 'yes' });
  for (const each of [here, phone]) assert.equal((await each.get(`${at.url}/oidc/account`)).status, 303);
  assert.equal((await other.get(`${at.url}/oidc/account`)).status, 200);
});

test('a mail server that is down delays a letter and loses none', async () => {
  const { repair } = await at.breakMail();
  await forgot('researcher@demo.clinic');
  await at.identity.postOffice.deliver();
  const told = at.defects.splice(0);
  assert.match(String(told[0]), /a letter could not be sent/);
  assert.ok(!/researcher@/.test(String(told[0])));
  await repair();
  const before = (await at.letters('researcher@demo.clinic')).length;
  await at.pool.query('update identity.letter_order set due_at = $1', [new Date(0)]);
  assert.equal((await at.letters('researcher@demo.clinic')).length, before + 1);
});

test('none of all this was a defect', () => {
  assert.deepEqual(at.defects, []);
});
