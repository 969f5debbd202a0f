// The way in, tried over real sockets.
import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { after, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { refuse } from '@polyclinic/kit';
import { createHttpServer, createRateLimit, type HttpRequest } from './index.ts';

const seen: HttpRequest[] = [];
const defects: unknown[] = [];
const server = createHttpServer({
  fhirBase: '/fhir',
  corsOrigins: ['https://clinic.example'],
  limits: { bodyBytes: 1024 * 1024, headersMs: 500, requestMs: 1_000, lingerMs: 500 },
  onDefect: (defect) => void defects.push(defect),
  routes: [
    {
      path: '/fhir/R4/*',
      tongue: 'fhir',
      methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      handle: async (request) => {
        seen.push(request);
        if (request.path.endsWith('/defect')) throw new Error('the secret is canary-forty-two');
        if (request.path.endsWith('/refused')) throw refuse('conflict', 'Taken.', { expression: 'Slot' });
        return {
          status: 200,
          headers: { 'content-type': 'application/fhir+json', etag: 'W/"1"' },
          body: request.method === 'POST' ? String(request.body.length) : 'x'.repeat(Number(request.query) || 5),
        };
      },
    },
    { path: '/plain', tongue: 'problem', handle: async () => Promise.reject(refuse('not-found', 'No.')) },
    {
      path: '/raw/*',
      methods: ['POST'],
      handleRaw: (request, response) => {
        request.pipe(response);
      },
    },
  ],
});
const port = await server.listen('127.0.0.1', 0);
const url = `http://127.0.0.1:${port}`;
after(() => server.close(100));

/** Sends bytes as they are and resolves with everything that came back until the server hung up. */
function talk(...pieces: (string | Buffer)[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    socket.on('data', (chunk) => {
      heard += chunk;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(heard));
    for (const piece of pieces) socket.write(piece);
  });
}

test('a request arrives whole and its answer carries safe headers', async () => {
  const answer = await fetch(`${url}/fhir/R4/Patient/a%2Fb?name=%C5%BC&x=1`, { headers: { 'x-request-id': 'abc-1' } });
  assert.equal(answer.status, 200);
  const { method, path, query, requestId } = seen.at(-1)!;
  assert.deepEqual([method, path, query, requestId], ['GET', '/fhir/R4/Patient/a%2Fb', 'name=%C5%BC&x=1', 'abc-1']);
  assert.equal(answer.headers.get('x-request-id'), 'abc-1');
  assert.equal(answer.headers.get('x-content-type-options'), 'nosniff');
  assert.equal(answer.headers.get('cache-control'), 'no-store');
  assert.match(answer.headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/);
});

test('a request id that could break a log line is replaced', async () => {
  await fetch(`${url}/fhir/R4/x`, { headers: { 'x-request-id': 'a"b {' } });
  assert.match(seen.at(-1)!.requestId, /^[0-9a-f-]{36}$/);
});

test('HEAD is answered as GET without its body', async () => {
  const answer = await fetch(`${url}/fhir/R4/x`, { method: 'HEAD' });
  assert.equal(answer.headers.get('content-length'), '5');
  assert.equal(await answer.text(), '');
  assert.equal(seen.at(-1)?.method, 'GET');
});

test('errors are told in the tongue of the place, and defects without details', async () => {
  const refused = await fetch(`${url}/fhir/R4/refused`);
  assert.equal(refused.status, 409);
  const outcome = (await refused.json()) as { resourceType: string; issue: unknown[] };
  assert.deepEqual(outcome, {
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'error', code: 'conflict', diagnostics: 'Taken.', expression: ['Slot'] }],
  });
  const defect = await fetch(`${url}/fhir/R4/defect`);
  assert.equal(defect.status, 500);
  assert.doesNotMatch(await defect.text(), /canary-forty-two/);
  assert.match(String(defects.at(-1)), /canary-forty-two/);
  const plain = await fetch(`${url}/plain`);
  assert.match(plain.headers.get('content-type') ?? '', /problem\+json/);
  for (const path of ['/nowhere', '/plain/deeper', '/%']) {
    const missing = await fetch(url + path);
    assert.match(missing.headers.get('content-type') ?? '', /problem\+json/, path);
    assert.ok(missing.status === 404 || (path === '/%' && missing.status === 400), `${path} ${missing.status}`);
  }
});

test('a body of any content type arrives as text; what is no UTF-8 is refused', async () => {
  for (const type of ['application/fhir+json', 'application/json; charset=utf-8', 'text/plain']) {
    const answer = await fetch(`${url}/fhir/R4/Patient`, {
      method: 'POST',
      body: 'żółw',
      headers: { 'content-type': type },
    });
    assert.equal(await answer.text(), '4', type);
  }
  const odd = await fetch(`${url}/fhir/R4/Patient`, {
    method: 'POST',
    body: 'x',
    headers: { 'content-type': 'nonsense' },
  });
  assert.equal(odd.status, 415);
  const bad = await fetch(`${url}/fhir/R4/Patient`, { method: 'POST', body: new Uint8Array([0x7b, 0xff]) });
  assert.equal(bad.status, 400);
  assert.match(await bad.text(), /OperationOutcome/);
});

test('a zipped body is unzipped, a bomb is not', async () => {
  const post = (body: Uint8Array, encoding: string) =>
    fetch(`${url}/fhir/R4/x`, {
      method: 'POST',
      body: new Uint8Array(body),
      headers: { 'content-encoding': encoding },
    });
  assert.equal(await (await post(gzipSync('x'.repeat(900_000)), 'gzip')).text(), '900000');
  assert.equal((await post(gzipSync(Buffer.alloc(200_000_000)), 'gzip')).status, 413);
  assert.equal((await post(Buffer.from('no gzip'), 'gzip')).status, 400);
  assert.equal((await post(gzipSync('cut short').subarray(0, 15), 'gzip')).status, 400);
  assert.equal((await post(Buffer.from('x'), 'br')).status, 415);
});

test('a body over the limit is refused with and without a length, and the connection is closed', async () => {
  const big = 'x'.repeat(3 * 1024 * 1024);
  const head = 'POST /fhir/R4/x HTTP/1.1\r\nhost: x\r\n';
  const announced = await talk(`${head}content-length: ${big.length}\r\n\r\n`, big);
  const chunked = await talk(
    `${head}transfer-encoding: chunked\r\n\r\n${big.length.toString(16)}\r\n${big}\r\n0\r\n\r\n`,
  );
  const endless = await talk(`${head}content-length: 99999999999\r\n\r\n`, big);
  for (const heard of [announced, chunked, endless]) {
    assert.match(heard, /^HTTP\/1.1 413 /);
    assert.match(heard, /connection: close/i);
    assert.match(heard, /too-long/);
  }
});

test('long URLs, long headers and broken requests are refused in FHIR words', async () => {
  assert.equal((await fetch(`${url}/fhir/R4/x?a=${'b'.repeat(16_000)}`)).status, 200);
  assert.equal((await fetch(`${url}/fhir/R4/x?a=${'b'.repeat(17_000)}`)).status, 414);
  assert.match(
    await talk(`GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`),
    /^HTTP\/1.1 431 [\s\S]*OperationOutcome/,
  );
  assert.match(await talk('GARBAGE\r\n\r\n'), /^HTTP\/1.1 400 [\s\S]*OperationOutcome/);
  assert.match(
    await talk(
      'POST /fhir/R4/x HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    ),
    /^HTTP\/1.1 400 /,
  );
});

test('who dribbles is cut off: headers, then body', async () => {
  assert.match(await talk('GET / HTTP/1.1\r\nhost: x\r\nx-slow'), /^HTTP\/1.1 408 /);
  assert.match(
    await talk('POST /fhir/R4/x HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc'),
    /^HTTP\/1.1 408 |^$/,
  );
});

test('answers are zipped for who asks, and only when long', async () => {
  const get = (size: number, accept: string): Promise<{ headers: Record<string, unknown>; body: Buffer }> =>
    new Promise((resolve, reject) => {
      httpRequest(`${url}/fhir/R4/x?${size}`, { headers: { 'accept-encoding': accept } }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
      })
        .on('error', reject)
        .end();
    });
  const zipped = await get(5_000, 'br, gzip;q=0.5');
  assert.equal(zipped.headers['content-encoding'], 'gzip');
  assert.match(String(zipped.headers['vary']), /accept-encoding/);
  assert.equal(gunzipSync(zipped.body).length, 5_000);
  assert.equal((await get(500, 'gzip')).headers['content-encoding'], undefined);
  assert.equal((await get(5_000, 'gzip;q=0')).headers['content-encoding'], undefined);
});

test('only listed origins may read, and none with cookies', async () => {
  const from = (origin: string) => fetch(`${url}/fhir/R4/x`, { headers: { origin } });
  const good = await from('https://clinic.example');
  assert.equal(good.headers.get('access-control-allow-origin'), 'https://clinic.example');
  assert.equal(good.headers.get('access-control-allow-credentials'), null);
  for (const bad of ['https://clinic.example.evil', 'null', 'http://clinic.example'])
    assert.equal((await from(bad)).headers.get('access-control-allow-origin'), null, bad);
  const preflight = (origin: string) =>
    fetch(`${url}/fhir/R4/x`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'PUT' } });
  assert.match((await preflight('https://clinic.example')).headers.get('access-control-allow-methods') ?? '', /PUT/);
  assert.equal((await preflight('https://evil.example')).headers.get('access-control-allow-methods'), null);
});

test('a raw route gets the body unread', async () => {
  const answer = await fetch(`${url}/raw/x`, { method: 'POST', body: 'as it is' });
  assert.equal(await answer.text(), 'as it is');
});

test('a server that closes waits for what was asked, not for who never asked', async () => {
  let answer = () => {};
  const asked = new Promise<void>((seen) => {
    answer = seen;
  });
  let finish = () => {};
  const slow = createHttpServer({
    fhirBase: '/fhir',
    onDefect: (defect) => assert.fail(String(defect)),
    routes: [
      {
        path: '/slow',
        tongue: 'problem',
        handle: async () => {
          answer();
          await new Promise<void>((done) => {
            finish = done;
          });
          return { status: 200, headers: {}, body: 'done' };
        },
      },
    ],
  });
  const slowPort = await slow.listen('127.0.0.1', 0);
  const silent = connect(slowPort, '127.0.0.1');
  silent.on('error', () => {}).resume();
  const hungUp = new Promise<void>((done) => silent.once('close', () => done()));
  const answered = fetch(`http://127.0.0.1:${slowPort}/slow`);
  await asked;
  const closed = slow.close(60_000);
  await hungUp;
  finish();
  assert.equal(await (await answered).text(), 'done');
  await closed;
});

test('a rate limit says when there is more', async () => {
  const limit = createRateLimit({ points: 2, seconds: 60 });
  assert.deepEqual([await limit.spend('a'), await limit.spend('a')], [null, null]);
  const seconds = await limit.spend('a');
  assert.ok(seconds !== null && seconds > 50 && seconds <= 60);
  assert.equal(await limit.spend('b'), null);
});
