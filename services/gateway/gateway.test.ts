// The public door with everything behind it replaced by plain functions.
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import type { FhirRequest } from '@polyclinic/fhir-rest';
import { createHttpServer } from '@polyclinic/http';
import type { Subject } from '@polyclinic/kit';
import { gatewayRoutes } from './gateway.ts';
import type { Presence } from './routes/health.ts';
import { IDENTITY_PATHS, proxyTo } from './routes/identity.ts';

const subject: Subject = { id: 'u1', client: 'c1', clinic: 1, roles: ['nurse'], scopes: [] };
const asked: FhirRequest[] = [];
const state = { serving: true, database: true, presences: [] as Presence[] };

const identityServer = createServer((request: IncomingMessage, response: ServerResponse) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    response.writeHead(303, { location: '/oidc/next' });
    response.end(JSON.stringify({ url: request.url, body, from: request.headers['x-forwarded-for'] }));
  });
});
await new Promise<void>((listening) => identityServer.listen(0, '127.0.0.1', () => listening()));
const identityPort = (identityServer.address() as AddressInfo).port;

const server = createHttpServer({
  fhirBase: '/fhir',
  onDefect: (defect) => assert.fail(String(defect)),
  routes: gatewayRoutes({
    doorkeeper: { admit: async () => ({ subject }) },
    handle: async (request) => {
      asked.push(request);
      return { status: 200, headers: { 'content-type': 'application/fhir+json' }, body: '{}' };
    },
    myAccesses: async (asker, _, page) => ({ accesses: [], asker: asker.id, ...page }),
    baseUrl: 'https://clinic.example',
    smartConfiguration: { issuer: 'https://clinic.example' },
    identity: { paths: IDENTITY_PATHS, handle: proxyTo(`http://127.0.0.1:${identityPort}`) },
    isDemo: true,
    isServing: () => state.serving,
    databaseAnswers: async () => state.database,
    presences: async () => state.presences,
    metrics: async () => ({ contentType: 'text/plain', text: 'numbers 1\n' }),
  }),
});
const url = `http://127.0.0.1:${await server.listen('127.0.0.1', 0)}`;
after(async () => {
  await server.close(100);
  identityServer.close();
});

test('a FHIR request goes on with its subject, its own base and only the headers FHIR knows', async () => {
  await fetch(`${url}/fhir/R4/Patient?name=x`, {
    method: 'POST',
    body: '{}',
    headers: { 'content-type': 'application/fhir+json', 'if-none-exist': 'a=b', 'x-forwarded-host': 'evil.example' },
  });
  const { method, path, query, base, headers, body } = asked.at(-1)!;
  assert.deepEqual(
    [method, path, query, base, body],
    ['POST', '/Patient', 'name=x', 'https://clinic.example/fhir/R4', '{}'],
  );
  assert.equal(asked.at(-1)?.subject, subject);
  assert.deepEqual(Object.keys(headers).sort(), ['accept', 'content-type', 'if-none-exist']);
  await fetch(`${url}/fhir/R4`, { method: 'POST', body: '{}' });
  assert.equal(asked.at(-1)?.path, '/');
});

test('metadata is asked as nobody', async () => {
  assert.equal((await fetch(`${url}/fhir/R4/metadata`)).status, 200);
  assert.deepEqual([asked.at(-1)?.subject.roles, asked.at(-1)?.subject.scopes], [[], []]);
});

test('sign-in is handed on to the process of identity, unread and unchanged', async () => {
  const answer = await fetch(`${url}/oidc/token?x=1`, {
    method: 'POST',
    body: 'a=b',
    redirect: 'manual',
    headers: { 'x-forwarded-for': '6.6.6.6' },
  });
  assert.equal(answer.status, 303);
  assert.equal(answer.headers.get('location'), '/oidc/next');
  assert.deepEqual(answer.headers.getSetCookie(), ['a=1', 'b=2']);
  assert.deepEqual(await answer.json(), { url: '/oidc/token?x=1', body: 'a=b', from: '127.0.0.1' });
});

test('readiness follows the database, the stop signal and identity, not every service', async () => {
  const ready = async () => (await fetch(`${url}/health/ready`)).status;
  const reports: Presence = { service: 'reports', where: 'elsewhere', healthy: false };
  assert.equal(await ready(), 200);
  state.presences = [reports];
  assert.equal(await ready(), 200);
  state.presences = [{ ...reports, service: 'identity' }];
  assert.equal(await ready(), 503);
  Object.assign(state, { presences: [], database: false });
  assert.equal(await ready(), 503);
  Object.assign(state, { database: true, serving: false });
  assert.equal(await ready(), 503);
  assert.equal((await fetch(`${url}/health/live`)).status, 200);
  state.serving = true;
});

test('the callback page says whether sign-in worked and repeats nothing', async () => {
  const worked = await fetch(`${url}/callback?code=canary&state=canary`);
  assert.match(worked.headers.get('content-type') ?? '', /text\/html/);
  const text = await worked.text();
  assert.match(text, /Sign-in worked/);
  assert.doesNotMatch(text, /canary/);
  const failed = await (await fetch(`${url}/callback?error=canary`)).text();
  assert.match(failed, /did not work/);
  assert.doesNotMatch(failed, /canary/);
});

test('the first page needs no scripts and links to what there is', async () => {
  const page = await fetch(`${url}/`);
  const text = await page.text();
  assert.doesNotMatch(text, /<script/);
  for (const [, href] of text.matchAll(/href="(\/[^"]*)"/g))
    assert.ok((await fetch(url + href!, { redirect: 'manual' })).status < 400, href);
});

test('who saw a record is asked for as the caller, page by page, and kept in no cache', async () => {
  const answer = await fetch(`${url}/api/v1/my/accesses?count=5&cursor=abc`);
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.deepEqual(await answer.json(), { accesses: [], asker: subject.id, count: 5, cursor: 'abc' });
  const wild = (await (await fetch(`${url}/api/v1/my/accesses?count=1000000`)).json()) as { count: number };
  assert.equal(wild.count, 200);
});
