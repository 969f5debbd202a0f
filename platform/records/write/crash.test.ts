// kill -9 of the database during writes: nothing acknowledged is lost, nothing is half there, and the same engine goes on.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Refusal } from '@polyclinic/kit';
import { createPool, keepRunning } from '@polyclinic/postgres';
import { eventually } from '@polyclinic/testing';
import { createRecords } from '../create-records.ts';
import { ANY, EVERYBODY, entries, key, migrateStores, put, STORES } from '../fixture.ts';

const CRASHES = 3;
const WRITERS = 16;

test('what was acknowledged before the database was killed is there afterwards, whole', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'polyclinic-crash-'));
  const server = await keepRunning({ folder: join(folder, 'postgres') });
  const pool = createPool({ connection: server.connection(), name: 'crash' });
  after(async () => {
    await pool.end();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  await migrateStores(pool);
  const records = createRecords({ stores: STORES, pool, now: () => new Date(), cursorSecret: 'test' });
  const index = (n: number) =>
    entries({
      strings: [{ parameter: 1, value: `v${n}`, exact: `V${n}` }],
      fingerprint: String(n + 1),
      patient: 'anna',
    });

  const acknowledged = new Map<string, number>();
  let stopping = false;
  let unknown = 0;
  const writers = Array.from({ length: WRITERS }, async (_, w) => {
    for (let n = 0; !stopping; n++) {
      // Every second write is a new resource, the others change the writer's own one.
      const k = n % 2 ? key('Patient', `w${w}`) : key('Patient', `w${w}-${n}`);
      try {
        const outcome = await records.write({ ...put(k), index: index(n) });
        assert.ok(outcome.kind === 'created' || outcome.kind === 'updated');
        acknowledged.set(k.id, outcome.version.version);
      } catch (error) {
        // The caller is told to try again, whatever broke.
        assert.ok(error instanceof Refusal && error.status === 503, String(error));
        unknown++;
      }
    }
  });
  for (let crash = 0; crash < CRASHES; crash++) {
    const before = acknowledged.size;
    await eventually(() => acknowledged.size > before + 200, { withinMs: 30_000 });
    process.kill(server.pid(), 'SIGKILL');
    await eventually(() => server.restarts() > crash, { withinMs: 30_000 });
    // The same engine and pool find the server again.
    await eventually(() => records.write(put(key('Organization', `after${crash}`), ANY)), { withinMs: 30_000 });
  }
  stopping = true;
  await Promise.all(writers);
  assert.ok(unknown > 0, 'the crashes hit something');

  for (const [id, version] of acknowledged) {
    const [read] = await records.read([key('Patient', id)], EVERYBODY);
    assert.ok(read && read.version >= version, `${id}: ${read?.version} < ${version}`);
  }
  // Every live resource has its index row and its value, and the other way round.
  const { rows } = await pool.query<{ heads: number; current: number; strings: number }>(`
    select (select count(distinct id)::int4 from patients.log) as heads,
      (select count(*)::int4 from patients.current c join patients.log l on l.seq = c.seq and l.id = c.id) as current,
      (select count(*)::int4 from patients.string_value) as strings`);
  const [{ heads, current, strings }] = rows as [{ heads: number; current: number; strings: number }];
  assert.deepEqual({ current, strings }, { current: heads, strings: heads });
});
