// A service reacts to another one's log, whether that lives in the same process or is followed over gRPC.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { typeNumber } from '@polyclinic/fhir';
import type { IndexEntries } from '@polyclinic/fhir/search';
import { defineService, event, reaction, type ServiceDeclaration } from '@polyclinic/kit';
import { migrate, type Pool } from '@polyclinic/postgres';
import { createRecords, type RecordsEngine, recordsMigrations, type WriteItem } from '@polyclinic/records';
import { offerTail, serveGrpc } from '@polyclinic/rpc';
import { createLog, createMetrics } from '@polyclinic/telemetry';
import { eventually, withPostgres } from '@polyclinic/testing';
import { host } from './hosting.ts';
import { createReach, type Reach } from './reach.ts';
import { startReactions } from './reactions.ts';

const now = () => new Date();
const KEY = 'a workload key for this test only';
const basicDeleted = event({
  service: 'shelf',
  name: 'basicDeleted',
  about: '',
  resource: 'Basic',
  operations: ['delete'],
});

const prepare = async (pool: Pool) => {
  for (const schema of ['shelf', 'watcher']) await migrate({ pool, schema, folders: [recordsMigrations] });
};

const NOTHING: IndexEntries = {
  ...{ patient: null, patients: [], date: '-infinity', dateEnd: 'infinity', code: null, category: null, extra: [] },
  ...{ terms: [], present: '0', strings: [], identifiers: [], references: [], dates: [], quantities: [] },
  ...{ composites: [], tokensSeen: [], textsSeen: [], fingerprint: '1' },
};

function write(type: string, id: string, how: 'put' | 'delete'): WriteItem {
  const common = { key: { clinic: 7, type, id }, expect: { kind: 'any' as const }, author: 'test' };
  if (how === 'delete') return { ...common, body: null, index: null };
  const before = `{"resourceType":"${type}","id":"${id}","meta":{`;
  return { ...common, body: { before, after: '}}' }, index: NOTHING };
}

const shelf = defineService({ name: 'shelf', purpose: '', owns: ['Basic', 'List'], publishes: [basicDeleted] });

async function setting(t: TestContext) {
  const seen: string[] = [];
  const { pool } = await (await withPostgres()).freshDatabase(prepare);
  const types = { Basic: typeNumber('Basic')!, List: typeNumber('List')! };
  const records = createRecords({
    stores: [{ service: 'shelf', schema: 'shelf', types }],
    ...{ pool, now, cursorSecret: 'test' },
  });
  const watcher = defineService({
    name: 'watcher',
    purpose: '',
    owns: [],
    reacts: [
      reaction(basicDeleted, 'watcher-basics', async ({ subject }, { operation, type, id }) => {
        seen.push(`${operation} ${type}/${id} in ${subject.clinic}`);
      }),
    ],
  });
  const follow = (here: readonly ServiceDeclaration[], reach: Reach) => {
    const log = createLog({ level: 'error' });
    const reactions = startReactions({ ...{ here, records, pool, reach, now, log }, metrics: createMetrics() });
    t.after(() => reactions.stop());
  };
  return { records, watcher, seen, follow };
}

async function changeThings(records: RecordsEngine): Promise<void> {
  for (const [type, id, how] of [
    ['Basic', 'a', 'put'],
    ['List', 'a', 'put'],
    ['List', 'a', 'delete'],
    ['Basic', 'b', 'put'],
    ['Basic', 'a', 'delete'],
    ['Basic', 'b', 'delete'],
  ] as const)
    await records.write(write(type, id, how));
}

const EXPECTED = ['delete Basic/a in 7', 'delete Basic/b in 7'];

test('in one process only what the event announces arrives, in order and in the clinic it happened in', async (t) => {
  const { records, watcher, seen, follow } = await setting(t);
  follow([shelf, watcher], createReach({ hosted: () => [], addresses: {}, workloadKey: KEY, now }));
  await changeThings(records);
  await eventually(() => seen.length >= 2);
  assert.deepEqual(seen, EXPECTED);
});

test('from another process the same arrives over gRPC', async (t) => {
  const { records, watcher, seen, follow } = await setting(t);
  const offers = [offerTail('shelf', (after, limit) => records.tail('shelf', after, limit))];
  const hosted = host(
    { ...shelf, offers },
    { reach: () => assert.fail(), now, onDefect: (defect) => assert.fail(String(defect)) },
  );
  const server = await serveGrpc({ services: [hosted], host: '127.0.0.1', port: 0, workloadKey: KEY, now });
  const reach = createReach({
    hosted: () => [],
    addresses: { shelf: `http://127.0.0.1:${server.port}` },
    ...{ workloadKey: KEY, now },
  });
  follow([watcher], reach);
  t.after(async () => {
    await reach.close();
    await server.stop(100);
  });
  await changeThings(records);
  await eventually(() => seen.length >= 2);
  assert.deepEqual(seen, EXPECTED);
});
