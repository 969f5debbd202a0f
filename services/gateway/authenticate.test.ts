import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRateLimit, type HttpRequest } from '@polyclinic/http';
import { refuse, type Subject } from '@polyclinic/kit';
import { createDoorkeeper } from './authenticate.ts';

const nurse: Subject = { id: 'n1', client: 'app', clinic: 1, roles: ['nurse'], scopes: ['user/*.rs'] };
const program: Subject = { id: 'p1', client: 'p1', clinic: 1, roles: ['system'], scopes: ['system/*.rs'] };

const requestWith = (authorization: string | undefined, address = '10.0.0.1'): HttpRequest => ({
  method: 'GET',
  path: '/fhir/R4/Patient',
  query: '',
  headers: { authorization },
  body: '',
  address,
  requestId: 'r1',
});

const keeper = (limits: { failures?: number; users?: number } = {}) =>
  createDoorkeeper({
    verifier: {
      verify: async (token) => {
        if (token === 'nurse') return nurse;
        if (token === 'program') return program;
        if (token === 'later') throw refuse('transient', 'Identity is away.');
        throw refuse('login', 'A valid access token is needed.');
      },
    },
    failures: createRateLimit({ points: limits.failures ?? 100, seconds: 60 }),
    users: createRateLimit({ points: limits.users ?? 100, seconds: 10 }),
  });

const answerOf = (admitted: Awaited<ReturnType<ReturnType<typeof keeper>['admit']>>) =>
  'answer' in admitted ? admitted.answer : assert.fail('it was let in');

test('a good token is let in as its subject', async () => {
  assert.deepEqual(await keeper().admit(requestWith('Bearer nurse'), 'fhir'), { subject: nurse });
});

test('no token and a bad token are told apart in the challenge, both 401', async () => {
  const none = answerOf(await keeper().admit(requestWith(undefined), 'fhir'));
  assert.deepEqual([none.status, none.headers['www-authenticate']], [401, 'Bearer realm="polyclinic"']);
  assert.match(none.body, /OperationOutcome/);
  for (const header of ['Bearer forged', 'Basic bnVyc2U6eA==', 'Bearer', 'nurse']) {
    const bad = answerOf(await keeper().admit(requestWith(header), 'problem'));
    assert.deepEqual(
      [bad.status, bad.headers['www-authenticate']],
      [401, 'Bearer realm="polyclinic", error="invalid_token"'],
    );
    assert.match(bad.headers['content-type'] ?? '', /problem\+json/);
  }
});

test('an address that keeps coming without a good token is slowed, others and good tokens are not', async () => {
  const door = keeper({ failures: 2 });
  for (const status of [401, 401, 429]) {
    const answer = answerOf(await door.admit(requestWith('Bearer forged'), 'fhir'));
    assert.equal(answer.status, status);
    assert.equal(answer.headers['retry-after'] !== undefined, status === 429);
  }
  assert.equal(answerOf(await door.admit(requestWith('Bearer forged', '10.0.0.2'), 'fhir')).status, 401);
  assert.deepEqual(await door.admit(requestWith('Bearer nurse'), 'fhir'), { subject: nurse });
});

test('a person has a limit, a program has none', async () => {
  const door = keeper({ users: 1 });
  assert.ok('subject' in (await door.admit(requestWith('Bearer nurse'), 'fhir')));
  const limited = answerOf(await door.admit(requestWith('Bearer nurse'), 'fhir'));
  assert.equal(limited.status, 429);
  assert.ok(Number(limited.headers['retry-after']) >= 1);
  for (let n = 0; n < 3; n += 1) assert.ok('subject' in (await door.admit(requestWith('Bearer program'), 'fhir')));
});

test('where tokens can not be judged nobody is let in, and nobody is called a forger', async () => {
  await assert.rejects(keeper().admit(requestWith('Bearer later'), 'fhir'), /Identity is away/);
});
