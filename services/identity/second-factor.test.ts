// The second step of signing in: who is asked, what counts, and that no way leads around it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Secret, TOTP } from 'otpauth';
import {
  authorizeUrl,
  type Browser,
  browser,
  follow,
  openAccount,
  pkce,
  postForm,
  type RunningIdentity,
  runIdentity,
} from './testing/running-identity.ts';

let at: RunningIdentity;
before(async () => {
  at = await runIdentity({ secondFactorForAdmins: true });
});
after(() => at.close());

const PASSWORD = 'polyclinic-demo';
const HOME = '<h1>Your account</h1>';
const codeOf = (secret: string, periods = 0) =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + periods * 30_000 });
const secretIn = (html: string) => /class="key"><code>([A-Z2-7 ]+)</.exec(html)?.[1]?.replaceAll(' ', '') ?? '';
const recoveryIn = (html: string) => [...html.matchAll(/<li><code>([a-z0-9-]+)</g)].map(([, code]) => code ?? '');
/** As if the codes used so far were of long ago. */
const timePasses = () => at.pool.query('update identity.second_factor set last_step = 0');

/** The password, then whatever page follows. */
async function startSignIn(username: string, password = PASSWORD) {
  const visitor = browser();
  const { url, html } = await openAccount(at, visitor, username, password);
  const path = /action="(\/oidc\/interaction\/[^"]+)"/.exec(html)?.[1] ?? '';
  return { visitor, url, html, path };
}

async function postStep(visitor: Browser, path: string, form: Record<string, string>) {
  const end = await follow(at, visitor, await visitor.post(at.url + path, form));
  return { status: end.answer.status, html: await end.answer.text() };
}

async function turnOn(username: string) {
  const visitor = browser();
  await openAccount(at, visitor, username);
  const page = await (await visitor.get(`${at.url}/oidc/account/second-factor`)).text();
  const secret = secretIn(page);
  const path = '/oidc/account/second-factor';
  assert.equal((await postForm(at, visitor, path, { code: '000000', current: PASSWORD })).status, 400);
  assert.equal((await postForm(at, visitor, path, { code: codeOf(secret), current: 'guess' })).status, 400);
  const on = await postForm(at, visitor, path, { code: codeOf(secret), current: PASSWORD });
  assert.equal(on.status, 200);
  return { visitor, secret, recovery: recoveryIn(on.html) };
}

test('an admin can’t sign in without setting up the second step, and then can', async () => {
  const { visitor, html, path } = await startSignIn('admin@demo.clinic');
  assert.match(html, /Set up a second step/);
  assert.match(html, /<svg role="img"/);
  assert.equal((await visitor.get(`${at.url}/oidc/account`)).status, 303);
  assert.equal((await postStep(visitor, path, { onward: 'yes' })).status, 400);
  assert.equal((await postStep(visitor, path, { code: '123' })).status, 400);
  const secret = secretIn(html);
  const done = await postStep(visitor, path, { code: codeOf(secret) });
  assert.equal(recoveryIn(done.html).length, 10);
  assert.equal((await visitor.get(`${at.url}/oidc/account`)).status, 303);
  assert.ok((await postStep(visitor, path, { onward: 'yes' })).html.includes(HOME));
  const page = await (await visitor.get(`${at.url}/oidc/account/second-factor`)).text();
  assert.ok(!page.includes('value="off"'));
  await timePasses();
  const off = { what: 'off', code: codeOf(secret), current: PASSWORD };
  assert.equal((await postForm(at, visitor, '/oidc/account/second-factor', off)).status, 400);
  assert.match((await startSignIn('admin@demo.clinic')).html, /Show that it is you/);
});

test('others turn it on if they like; from then on the password alone opens nothing', async () => {
  const { visitor, secret } = await turnOn('doctor@demo.clinic');
  assert.equal((await visitor.get(`${at.url}/oidc/account`)).status, 303);
  assert.equal((await at.letters('doctor@demo.clinic'))[0]?.subject, 'Your second step was changed');
  const half = await startSignIn('doctor@demo.clinic');
  assert.match(half.html, /Show that it is you/);
  for (const path of ['', '/password', '/second-factor', '/sign-ins'])
    assert.equal((await half.visitor.get(`${at.url}/oidc/account${path}`)).status, 303);
  const app = await follow(
    at,
    half.visitor,
    await half.visitor.get(authorizeUrl(at, { code_challenge: pkce().challenge })),
  );
  assert.match(app.url, /\/oidc\/interaction\//);
  const silent = await half.visitor.get(authorizeUrl(at, { code_challenge: pkce().challenge, prompt: 'none' }));
  assert.match(silent.headers.get('location') ?? '', /error=login_required/);
  await timePasses();
  const whole = await startSignIn('doctor@demo.clinic');
  assert.ok((await postStep(whole.visitor, whole.path, { code: codeOf(secret) })).html.includes(HOME));
});

test('a code counts once, also within its half minute and in another browser at the same time', async () => {
  const { secret } = await turnOn('nurse@demo.clinic');
  const replay = await startSignIn('nurse@demo.clinic');
  assert.equal((await postStep(replay.visitor, replay.path, { code: codeOf(secret) })).status, 400);
  await timePasses();
  const starts = await Promise.all([1, 2, 3, 4, 5].map(() => startSignIn('nurse@demo.clinic')));
  const code = codeOf(secret, 1);
  const ends = await Promise.all(starts.map(({ visitor, path }) => postStep(visitor, path, { code })));
  assert.equal(ends.filter(({ html }) => html.includes(HOME)).length, 1);
  assert.equal(ends.filter(({ status }) => status === 400).length, 4);
  await timePasses();
  for (const old of [-3, 3]) {
    const { visitor, path } = await startSignIn('nurse@demo.clinic');
    assert.equal((await postStep(visitor, path, { code: codeOf(secret, old) })).status, 400);
  }
});

test('a recovery code lets in once, and new ones replace the old', async () => {
  const { secret, recovery } = await turnOn('office@demo.clinic');
  const [first = '', second = ''] = recovery;
  const use = async (code: string) => {
    const { visitor, path } = await startSignIn('office@demo.clinic');
    return { visitor, ...(await postStep(visitor, path, { code })) };
  };
  const { visitor, html } = await use(first.toUpperCase().replaceAll('-', ' '));
  assert.ok(html.includes(HOME));
  assert.equal((await use(first)).status, 400);
  await timePasses();
  const renew = { what: 'codes', code: codeOf(secret), current: PASSWORD };
  const renewed = await postForm(at, visitor, '/oidc/account/second-factor', renew);
  assert.equal(recoveryIn(renewed.html).length, 10);
  assert.equal((await use(second)).status, 400);
  const { rows } = await at.pool.query<{ all: string }>(
    `select string_agg(r::text, ' ') as all from identity.recovery_code r`,
  );
  for (const code of recoveryIn(renewed.html)) assert.ok(!rows[0]?.all.includes(code.replaceAll('-', '')));
});

test('six digits can’t be guessed: after ten wrong codes even the right one waits', async () => {
  const { secret } = await turnOn('researcher@demo.clinic');
  await at.pool.query('delete from identity.sign_in_count');
  await timePasses();
  const { visitor, path } = await startSignIn('researcher@demo.clinic');
  for (let n = 0; n < 10; n += 1) assert.equal((await postStep(visitor, path, { code: `00000${n}` })).status, 400);
  assert.equal((await postStep(visitor, path, { code: codeOf(secret) })).status, 400);
  await at.pool.query('delete from identity.sign_in_count');
  assert.ok((await postStep(visitor, path, { code: codeOf(secret) })).html.includes(HOME));
});

test('a new password by a letter does not get around the second step, and ends a half-done sign-in', async () => {
  const { secret } = await turnOn('patient@demo.clinic');
  await timePasses();
  const half = await startSignIn('patient@demo.clinic');
  await postForm(at, browser(), '/oidc/account/forgot', { email: 'patient@demo.clinic' });
  const link = (await at.letters('patient@demo.clinic')).find(({ link }) => link.includes('link='))?.link ?? '';
  const password = 'seven quiet herons';
  const form = { link: link.split('=')[1] ?? '', password };
  assert.equal((await postForm(at, browser(), '/oidc/account/reset', form)).status, 200);
  assert.ok(!(await postStep(half.visitor, half.path, { code: codeOf(secret) })).html.includes(HOME));
  const next = await startSignIn('patient@demo.clinic', password);
  assert.match(next.html, /Show that it is you/);
  assert.equal((await browser().post(at.url + next.path, { code: codeOf(secret) })).status, 400);
  assert.equal(
    (await next.visitor.post(at.url + next.path, { code: codeOf(secret) }, { origin: 'https://evil.example' })).status,
    403,
  );
  assert.ok((await postStep(next.visitor, next.path, { code: codeOf(secret) })).html.includes(HOME));
});

test('who turned it on may turn it off, with password and code', async () => {
  await timePasses();
  const { rows } = await at.pool.query<{ secret: string }>(
    `select secret from identity.second_factor f join identity.account a on a.id = f.account_id where username = 'nurse@demo.clinic'`,
  );
  const secret = rows[0]?.secret ?? '';
  const { visitor, path } = await startSignIn('nurse@demo.clinic');
  await postStep(visitor, path, { code: codeOf(secret) });
  await timePasses();
  const off = (form: Record<string, string>) =>
    postForm(at, visitor, '/oidc/account/second-factor', { what: 'off', ...form });
  assert.equal((await off({ code: codeOf(secret), current: 'guess' })).status, 400);
  assert.equal((await off({ code: 'none', current: PASSWORD })).status, 400);
  assert.equal((await off({ code: codeOf(secret), current: PASSWORD })).status, 200);
  assert.ok((await startSignIn('nurse@demo.clinic')).html.includes(HOME));
});

test('none of all this was a defect', () => {
  assert.deepEqual(at.defects, []);
});
