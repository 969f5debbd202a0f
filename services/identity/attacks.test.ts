// What attackers try at the front door, in number: redirects that look right, races for refresh tokens, and stopwatches.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  authorizeUrl,
  browser,
  follow,
  pkce,
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

test('twenty-five addresses that nearly are the registered one get no answer', async () => {
  const { port } = new URL(at.url);
  const here = `http://127.0.0.1:${port}`;
  const variants = [
    `${here}/callback/`,
    `${here}/callback/x`,
    `${here}/callback/../evil`,
    `${here}/callback/..%2fevil`,
    `${here}/callback.evil`,
    `${here}/callbackevil`,
    `${here}//callback`,
    `${here}/./callback`,
    `${here}/CALLBACK`,
    `${here}/call%62ack`,
    `${here}/callback%00`,
    `${here}/callback%0d%0aLocation:x`,
    `${here}/callback?x=1`,
    `${here}/callback?`,
    `${here}/callback#x`,
    `${here}/callback;x`,
    `${here}/callback\\evil`,
    `https://127.0.0.1:${port}/callback`,
    `http://localhost:${port}/callback`,
    `http://user@127.0.0.1:${port}/callback`,
    `http://127.0.0.1:${port}@evil.example/callback`,
    `http://127.0.0.1.evil.example:${port}/callback`,
    `//127.0.0.1:${port}/callback`,
    'https://evil.example/callback',
    'javascript:alert(1)',
  ];
  assert.equal(new Set(variants).size, 25);
  for (const uri of variants) {
    const answer = await browser().get(authorizeUrl(at, { redirect_uri: uri, code_challenge: pkce().challenge }));
    assert.deepEqual([answer.status, answer.headers.get('location')], [400, null], uri);
    assert.ok(!(await answer.text()).includes('href="http'), uri);
  }
});

test('in forty random races for refresh tokens never more than one chain stays usable, and a replay ends it', async () => {
  let seed = 20261121;
  const random = (below: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return seed % below;
  };
  const renew = (refresh_token: string) =>
    token(at, { grant_type: 'refresh_token', client_id: 'demo-app', refresh_token });
  for (let round = 0; round < 40; round += 1) {
    const { body } = await tokensFor(at, 'doctor@demo.clinic', { scope: 'openid offline_access user/*.cruds' });
    const known = [body['refresh_token'] ?? ''];
    let replayed = false;
    for (let step = 0; step < 3; step += 1) {
      const used = known[random(known.length)] ?? '';
      const atOnce = 1 + random(3);
      const answers = await Promise.all(Array.from({ length: atOnce }, () => renew(used)));
      const good = answers.filter(({ status }) => status === 200);
      assert.ok(good.length <= (replayed ? 0 : 1));
      if (atOnce > 1 || used !== known.at(-1)) replayed = true;
      known.push(...good.map(({ body: next }) => next['refresh_token'] ?? ''));
    }
    const usable = [];
    for (const each of [...known].reverse()) if ((await renew(each)).status === 200) usable.push(each);
    assert.ok(usable.length <= (replayed ? 0 : 1), `round ${round}`);
  }
});

test('how long a wrong sign-in takes does not tell who has an account', async () => {
  const visitor = browser();
  const { url } = await follow(at, visitor, await visitor.get(authorizeUrl(at, { code_challenge: pkce().challenge })));
  const timed = async (username: string) => {
    // The count of guesses is not what is measured.
    await at.pool.query('delete from identity.sign_in_count');
    const start = performance.now();
    const answer = await visitor.post(url, { username, password: 'a wrong password' });
    await answer.text();
    assert.equal(answer.status, 400);
    return performance.now() - start;
  };
  const [known, unknown]: [number[], number[]] = [[], []];
  await timed('nurse@demo.clinic');
  for (let n = 0; n < 80; n += 1) {
    // In turns of either order, so that a busy machine slows both.
    const first = n % 2 === 0;
    const [a, b] = first
      ? [await timed('nurse@demo.clinic'), await timed('nobody@demo.clinic')]
      : [await timed('nobody@demo.clinic'), await timed('nurse@demo.clinic')];
    known.push(first ? a : b);
    unknown.push(first ? b : a);
  }
  const median = (of: number[]) => of.sort((a, b) => a - b)[of.length >> 1] ?? 0;
  const [m, n] = [median(known), median(unknown)];
  assert.ok(Math.abs(m - n) < Math.max(2, 0.15 * m), `${m.toFixed(1)} ms with an account, ${n.toFixed(1)} ms without`);
});

test('none of all this was a defect', () => {
  assert.deepEqual(at.defects, []);
});
