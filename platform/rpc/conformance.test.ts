// One suite for both ways to a service: what holds in process holds over gRPC.
import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import {
  boolean,
  bytes,
  integer,
  list,
  map,
  number,
  object,
  offer,
  operation,
  optional,
  Refusal,
  refuse,
  type Subject,
  text,
} from '@polyclinic/kit';
import { type Caller, grpcRpc, type Hosted, localRpc, RemoteDefect, type Rpc, serveGrpc } from './index.ts';

const everything = object({
  name: text(),
  age: integer(),
  size: number(),
  alive: boolean(),
  picture: bytes(),
  tags: list(text()),
  grid: list(list(integer())),
  labels: map(text()),
  rooms: map(object({ beds: integer() })),
  home: object({ street: text(), requestIds: list(text()) }),
  maybeName: optional(text()),
  maybeList: optional(list(text())),
  maybeMap: optional(map(integer())),
  maybeHome: optional(object({ street: text() })),
});
type Everything = NonNullable<(typeof everything)['type']>;

const declare = { service: 'wards', about: '', permission: 'by-resource' };
const echo = operation({ ...declare, name: 'echo', input: everything, output: everything, deadlineMs: 20_000 });
const whoAsks = operation({
  ...declare,
  name: 'whoAsks',
  input: object({}),
  output: object({ id: text(), requestId: text() }),
});
const admit = operation({ ...declare, name: 'admit', input: object({ bed: integer('', { min: 1 }) }), output: text() });
const breakDown = operation({ ...declare, name: 'breakDown', input: object({}), output: text() });
const lie = operation({ ...declare, name: 'lie', input: object({}), output: object({ beds: integer() }) });
const dawdle = operation({ ...declare, name: 'dawdle', input: object({}), output: text(), deadlineMs: 50 });
const secret = operation({
  ...declare,
  name: 'secret',
  input: object({}),
  output: text(),
  permission: 'polyclinic:ward:read',
});
const longText = operation({ ...declare, name: 'longText', input: text(), output: integer(), deadlineMs: 20_000 });

const KEY = 'a workload key for this test only';
const now = () => new Date('2026-03-02T09:00:00Z');
const subject: Subject = { id: 'u1', client: 'c1', clinic: 1, roles: ['nurse'], scopes: ['user/*.rs'] };
const caller: Caller = { subject, requestId: 'r1' };

const kept: Everything[] = [];
const defects: unknown[] = [];
const hosted: Hosted = {
  service: 'wards',
  offers: [
    offer(echo, async (_, input) => {
      kept.push(input);
      return input;
    }),
    offer(whoAsks, async (context) => ({ id: context.subject.id, requestId: context.requestId })),
    offer(admit, async (_, { bed }) => {
      if (bed === 13) throw refuse('conflict', 'This bed is taken.', { expression: 'bed' });
      return `bed ${bed}`;
    }),
    offer(breakDown, async () => {
      throw new Error('the secret is 42');
    }),
    offer(lie, async () => ({ beds: 'many' }) as never),
    offer(dawdle, () => new Promise(() => {})),
    offer(secret, async () => 'told'),
    offer(longText, async (_, input) => input.length),
  ],
  contextFor: ({ subject, requestId }) => ({
    subject,
    requestId,
    now,
    call: () => {
      throw new Error('calls nobody');
    },
  }),
  authorize: (subject, { permission }) => {
    if (permission !== 'by-resource' && !subject.scopes.includes(permission)) throw refuse('forbidden', 'Not allowed.');
  },
  onDefect: (defect) => void defects.push(defect),
};

const server = await serveGrpc({ services: [hosted], host: '127.0.0.1', port: 0, workloadKey: KEY, now });
after(() => server.stop(100));

const ways: Record<string, Rpc> = {
  local: localRpc(hosted),
  grpc: grpcRpc({ address: `http://127.0.0.1:${server.port}`, workloadKey: KEY, now }),
};

const sample: Everything = {
  name: 'Żółć 🩺',
  age: Number.MAX_SAFE_INTEGER,
  size: -0.1,
  alive: false,
  picture: new Uint8Array([0, 255, 7]),
  tags: ['', 'b'],
  grid: [[1, 2], [], [-3]],
  labels: { '': 'empty', a: '' },
  rooms: { r1: { beds: 0 } },
  home: { street: '', requestIds: [] },
};

for (const [name, way] of Object.entries(ways))
  describe(name, () => {
    after(() => way.close());
    const refusal = async (work: Promise<unknown>): Promise<Refusal> => {
      const error = await work.then(
        () => assert.fail('it was not refused'),
        (thrown: unknown) => thrown,
      );
      assert.ok(error instanceof Refusal, String(error));
      return error;
    };

    test('every shape arrives as it was sent, absent stays absent and empty stays empty', async () => {
      for (const value of [
        sample,
        { ...sample, maybeName: '', maybeList: [], maybeMap: {}, maybeHome: { street: 'x' } },
        { ...sample, maybeName: 'n', maybeList: ['a'], maybeMap: { k: 0 } },
      ])
        assert.deepEqual(
          JSON.parse(JSON.stringify(await way.call(caller, echo, value))),
          JSON.parse(JSON.stringify(value)),
        );
    });

    test('what the handler holds is a copy', async () => {
      const picture = new Uint8Array([1]);
      const tags = ['a'];
      await way.call(caller, echo, { ...sample, picture, tags });
      picture[0] = 9;
      tags.push('b');
      assert.deepEqual([kept.at(-1)?.picture[0], kept.at(-1)?.tags], [1, ['a']]);
    });

    test('the handler knows who asks, also many at once', async () => {
      const answers = await Promise.all(
        Array.from({ length: 50 }, (_, n) =>
          way.call({ subject: { ...subject, id: `u${n}` }, requestId: `r${n}` }, whoAsks, {}),
        ),
      );
      assert.deepEqual(answers[49], { id: 'u49', requestId: 'r49' });
      assert.equal(new Set(answers.map(({ id }) => id)).size, 50);
    });

    test('a refusal arrives with its issues and status', async () => {
      assert.equal(await way.call(caller, admit, { bed: 12 }), 'bed 12');
      const { issues, status } = await refusal(way.call(caller, admit, { bed: 13 }));
      assert.equal(status, 409);
      assert.deepEqual(issues, [
        { severity: 'error', code: 'conflict', diagnostics: 'This bed is taken.', expression: ['bed'] },
      ]);
    });

    test('an input that breaks the contract is refused, naming the field', async () => {
      const { issues } = await refusal(way.call(caller, admit, { bed: 0 }));
      assert.deepEqual(issues[0]?.expression, ['input.bed']);
    });

    test('a defect is told without details to the caller, and with them to the service', async () => {
      await assert.rejects(way.call(caller, breakDown, {}), (error) => {
        assert.ok(error instanceof RemoteDefect);
        assert.doesNotMatch(`${error.stack}`, /42/);
        return true;
      });
      assert.match(String(defects.at(-1)), /42/);
      await assert.rejects(way.call(caller, lie, {}), RemoteDefect);
    });

    test('a call ends at its deadline', async () => {
      assert.equal((await refusal(way.call(caller, dawdle, {}))).issues[0]?.code, 'timeout');
    });

    test('an operation needs its permission', async () => {
      assert.equal((await refusal(way.call(caller, secret, {}))).status, 403);
      const allowed = { ...caller, subject: { ...subject, scopes: ['polyclinic:ward:read'] } };
      assert.equal(await way.call(allowed, secret, {}), 'told');
    });

    test('a message of 20 MB passes', async () => {
      assert.equal(await way.call(caller, longText, 'x'.repeat(20_000_000)), 20_000_000);
    });

    test('an operation nobody offers is refused', async () => {
      const unknown = operation({ ...declare, name: 'discharge', input: object({}), output: text() });
      assert.equal((await refusal(way.call(caller, unknown, {}).catch(asRefusal))).status, 501);
    });
  });

// gRPC itself answers for a method that does not exist; it carries no issues.
function asRefusal(error: unknown): never {
  throw error instanceof RemoteDefect ? refuse('not-supported', 'unknown operation') : error;
}
