// What was recorded arrives, once for whoever looks at names, through crashes and troubles.
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { eventually } from '@polyclinic/testing';
import { type Access, accessLine } from './access.ts';
import { type AccessTrail, type AccessTrailOptions, openAccessTrail } from './access-trail.ts';
import { drainFile, type SpooledLine } from './drain.ts';

const access = (id: string): Access => ({
  ...{ at: 0, clinic: 1, interaction: 'read', status: 200, user: 'u', who: '', client: 'c', address: '' },
  ...{ type: 'Patient', id, last: '', patients: [id], query: '', requestId: '' },
});

function withFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'polyclinic-spool-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

let names = 0;
function open(folder: string, given: Partial<AccessTrailOptions> & Pick<AccessTrailOptions, 'deliver'>): AccessTrail {
  const trail = openAccessTrail({
    folder,
    newName: () => `process-${names++}`,
    now: () => new Date(),
    onTrouble: () => {},
    pauseMs: { idle: 5, failed: 5, orphans: 5 },
    ...given,
  });
  after(() => trail.close());
  return trail;
}

test('every access arrives in order, though the first deliveries fail', async () => {
  const arrived: SpooledLine[] = [];
  let failures = 3;
  const trail = open(withFolder(), {
    deliver: async (_, lines) => {
      if (failures-- > 0) throw new Error('away');
      arrived.push(...lines);
    },
  });
  const ids = Array.from({ length: 1_200 }, (_, n) => `p${n}`);
  for (const id of ids) trail.record(access(id));
  await eventually(() => arrived.length === ids.length);
  assert.deepEqual(
    arrived.map(({ line }) => line),
    ids.map((id) => accessLine(access(id))),
  );
  assert.equal(new Set(arrived.map(({ offset }) => offset)).size, ids.length);
});

test('a batch that was delivered just before a crash comes again under the same names', async () => {
  const folder = withFolder();
  const path = join(folder, 'dead.spool');
  writeFileSync(path, `${accessLine(access('a'))}\n${accessLine(access('b'))}\n{"torn`);
  const first: SpooledLine[] = [];
  await assert.rejects(
    drainFile('dead', path, async (_, lines) => {
      first.push(...lines);
      throw new Error('killed before the position was kept');
    }),
  );
  const second: SpooledLine[] = [];
  await drainFile('dead', path, async (_, lines) => void second.push(...lines));
  assert.deepEqual(second, first);
  assert.equal(second.length, 2);
  assert.equal((await drainFile('dead', path, async () => assert.fail('it stands behind them'))).lines, 0);
});

test('what a killed process left is delivered by another, but not while it lives', async () => {
  const folder = withFolder();
  const living = join(folder, 'living.spool');
  const dead = join(folder, 'dead.spool');
  for (const path of [living, dead]) appendFileSync(path, `${accessLine(access(path === dead ? 'd' : 'l'))}\n`);
  const longAgo = new Date(Date.now() - 3_600_000);
  utimesSync(dead, longAgo, longAgo);
  const arrived: string[] = [];
  open(folder, { deliver: async (spool) => void arrived.push(spool) });
  await eventually(() => !readdirSync(folder).some((file) => file.startsWith('dead')));
  assert.deepEqual(arrived, ['dead']);
  assert.ok(readdirSync(folder).includes('living.spool'));
});

test('whoever starts alone on a folder delivers at once what the dead left there', async () => {
  const folder = withFolder();
  appendFileSync(join(folder, 'just-killed.spool'), `${accessLine(access('k'))}\n`);
  const arrived: string[] = [];
  open(folder, { alone: true, deliver: async (spool) => void arrived.push(spool) });
  await eventually(() => !readdirSync(folder).some((file) => file.startsWith('just-killed')));
  assert.deepEqual(arrived, ['just-killed']);
});

test('without room nothing more may be shown, until what waits is delivered', async () => {
  let away = true;
  const trail = open(withFolder(), {
    mostBytes: 500,
    deliver: async () => {
      if (away) throw new Error('away');
    },
  });
  assert.equal(trail.refusal(), null);
  for (let n = 0; n < 10; n++) trail.record(access(`p${n}`));
  await eventually(() => trail.refusal()?.status === 503);
  away = false;
  await eventually(() => trail.refusal() === null);
});

test('a disk that does not take it closes the door', async () => {
  const folder = withFolder();
  const troubles: unknown[] = [];
  const trail = open(folder, { deliver: async () => {}, onTrouble: (error) => void troubles.push(error) });
  rmSync(folder, { recursive: true, force: true });
  trail.record(access('p'));
  await eventually(() => trail.refusal()?.status === 503);
  assert.ok(troubles.length > 0);
});
