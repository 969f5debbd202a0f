// What only concerns the way between processes: who may call, what happens when nobody answers.
import assert from 'node:assert/strict';
import { connect } from 'node:http2';
import { test } from 'node:test';
import {
  type Context,
  defineService,
  integer,
  list,
  object,
  offer,
  operation,
  optional,
  Refusal,
  type Subject,
  text,
} from '@polyclinic/kit';
import {
  declaredCall,
  grpcRpc,
  type Hosted,
  localRpc,
  protoText,
  serveGrpc,
  signCaller,
  verifyCaller,
} from './index.ts';

const KEY = 'a workload key for this test only';
const at = new Date('2026-03-02T09:00:00Z');
const now = () => at;
const subject: Subject = { id: 'u1', client: 'c1', clinic: 1, roles: [], scopes: [] };
const caller = { subject, requestId: 'r1' };

const declare = { service: 'wards', about: 'Says hello.', permission: 'by-resource' };
const hello = operation({ ...declare, name: 'hello', input: object({}), output: text(), idempotent: true });
const once = operation({ ...declare, name: 'once', input: object({}), output: text() });
const hosted: Hosted = {
  service: 'wards',
  offers: [offer(hello, async () => 'hello'), offer(once, async () => 'once')],
  contextFor: (from) => ({ ...from, now, call: async () => assert.fail() }) as Context,
  authorize: () => {},
  onDefect: () => {},
};
const serve = (port = 0) => serveGrpc({ services: [hosted], host: '127.0.0.1', port, workloadKey: KEY, now });

test('a call without a good signature is refused, on every operation', async (t) => {
  const server = await serve();
  t.after(() => server.stop(100));
  const address = `http://127.0.0.1:${server.port}`;
  const stranger = grpcRpc({ address, workloadKey: 'another key', now });
  const late = grpcRpc({ address, workloadKey: KEY, now: () => new Date(at.getTime() - 70_000) });
  const good = grpcRpc({ address, workloadKey: KEY, now });
  t.after(() => Promise.all([stranger.close(), late.close(), good.close()]));
  for (const asked of [hello, once])
    for (const way of [stranger, late])
      await assert.rejects(way.call(caller, asked, {}), (error) => error instanceof Refusal && error.status === 401);
  assert.equal(await good.call(caller, hello, {}), 'hello');
  assert.equal(await rawStatus(address), '16', 'UNAUTHENTICATED without any header');
});

function rawStatus(address: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const session = connect(address);
    session.once('error', reject);
    const stream = session.request({
      ':method': 'POST',
      ':path': '/polyclinic.wards.v1.Wards/Hello',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    stream.on('response', (headers) => headers['grpc-status'] && resolve(String(headers['grpc-status'])));
    stream.on('trailers', (headers) => resolve(String(headers['grpc-status'])));
    stream.on('close', () => session.close());
    stream.resume();
    stream.end(Buffer.alloc(5));
  });
}

test('a signature is good for one service and a short while, and any change breaks it', () => {
  const token = signCaller(KEY, 'wards', caller, at);
  assert.deepEqual(verifyCaller(KEY, 'wards', token, at), caller);
  const [payload, signed] = token.split('.') as [string, string];
  const forged = Buffer.from(Buffer.from(payload, 'base64url').toString().replace('u1', 'u2')).toString('base64url');
  for (const bad of [null, '', payload, `${payload}.`, `${forged}.${signed}`, `${token}.x`, `${payload}.AAAA`])
    assert.throws(() => verifyCaller(KEY, 'wards', bad, at), Refusal);
  assert.throws(() => verifyCaller(KEY, 'patients', token, at), /another service/);
  assert.throws(() => verifyCaller(KEY, 'wards', token, new Date(at.getTime() + 66_000)), /too old/);
});

test('calls go on after the service was away, and an idempotent call waits for its return', async (t) => {
  const first = await serve();
  const way = grpcRpc({ address: `http://127.0.0.1:${first.port}`, workloadKey: KEY, now });
  t.after(() => way.close());
  assert.equal(await way.call(caller, hello, {}), 'hello');
  await first.stop(10);
  await assert.rejects(way.call(caller, once, {}), (error) => error instanceof Refusal && error.status === 503);
  const [answer, second] = await Promise.all([way.call(caller, hello, {}), serve(first.port)]);
  t.after(() => second.stop(10));
  assert.equal(answer, 'hello');
  assert.equal(await way.call(caller, once, {}), 'once');
});

test('a service reaches only what it declares', async () => {
  const reach = () => localRpc(hosted);
  const polite = defineService({ name: 'kitchen', purpose: '', owns: [], calls: [hello] });
  assert.equal(await declaredCall(polite, caller, reach)(hello, {}), 'hello');
  assert.throws(() => declaredCall(polite, caller, reach)(once, {}), /without declaring/);
});

test('the contract reads as .proto text', () => {
  const find = operation({
    ...declare,
    name: 'findBeds',
    input: object({ wardId: text('where to look'), limit: optional(integer()), onlyIn: optional(list(text())) }),
    output: object({ beds: list(object({ id: text() })) }),
  });
  const wards = defineService({
    name: 'wards',
    purpose: 'Keeps wards.',
    owns: [],
    offers: [offer(find, async () => ({ beds: [] }))],
  });
  assert.equal(
    protoText(wards),
    `// Keeps wards.
// Written from the declaration in service.ts; change it there.
syntax = "proto3";

package polyclinic.wards.v1;

service Wards {
  // Says hello.
  rpc FindBeds(FindBedsRequest) returns (FindBedsResponse);
}

message FindBedsRequest {
  message OnlyIn {
    repeated string value = 1;
  }
  // where to look
  string ward_id = 1;
  optional int64 limit = 2;
  OnlyIn only_in = 3;
}

message FindBedsResponse {
  message Beds {
    string id = 1;
  }
  repeated Beds beds = 1;
}
`,
  );
});
