// Power cuts: the whole process tree and PostgreSQL are killed (SIGKILL) while clients write through the gateway. What
// was acknowledged must be there afterwards, once; nothing may be half there. With synchronous_commit off the same
// procedure must find losses, or it could not see any.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { connectionToRunning, createPool } from '@polyclinic/postgres';
import { launch, systemToken } from '@polyclinic/testing';
import { fhirClient } from '../conformance/client.ts';

const PORT = 8392;
const origin = `http://127.0.0.1:${PORT}`;
/** A hundred takes about ten minutes; a few are enough to notice that something broke. */
const CYCLES = Number(process.env['POLYCLINIC_KILL_CYCLES'] ?? 4);
const WRITERS = 8;
/** Entries of each transaction: all there, or none. */
const ENTRIES = 5;

interface Tally {
  readonly acknowledged: number;
  readonly lost: number;
  readonly partial: number;
}

/** Starts, writes, kills at a moment that differs each time, starts again and counts; `cycles` times on one folder. */
async function cut(cycles: number, prepare: (folder: string) => Promise<void>): Promise<Tally> {
  const folder = await mkdtemp(join(tmpdir(), 'polyclinic-kill-'));
  const env = { PORT: String(PORT), POLYCLINIC_DATA: folder, POLYCLINIC_DEMO: 'on' };
  const acknowledged = new Set<string>();
  const bundles = new Set<string>();
  try {
    for (let cycle = 0; cycle < cycles; cycle++) {
      const platform = await launch('server/main.ts', env);
      if (cycle === 0) await prepare(folder);
      const client = fhirClient(origin, await systemToken(origin));
      let running = true;
      const writers = Array.from({ length: WRITERS }, async (_, writer) => {
        for (let n = 0; running; n++) {
          const mark = `${cycle}-${writer}-${n}`;
          try {
            if (n % 3 === 0) {
              bundles.add(mark);
              const entry = Array.from({ length: ENTRIES }, (_, part) => ({
                resource: { resourceType: 'Basic', id: `b-${mark}-${part}`, code: { text: mark } },
                request: { method: 'PUT', url: `Basic/b-${mark}-${part}` },
              }));
              const answer = await client.post('', { resourceType: 'Bundle', type: 'transaction', entry });
              if (answer.status === 200)
                for (let part = 0; part < ENTRIES; part++) acknowledged.add(`b-${mark}-${part}`);
            } else {
              const answer = await client.send('PUT', `Basic/k-${mark}`, {
                resourceType: 'Basic',
                id: `k-${mark}`,
                code: { text: mark },
              });
              if (answer.status === 201) acknowledged.add(`k-${mark}`);
            }
          } catch {
            // The connection broke: nobody said whether this write happened.
          }
        }
      });
      const moment = 200 + ((cycle * 137) % 600);
      await new Promise((resolve) => setTimeout(resolve, moment));
      await platform.kill();
      running = false;
      await Promise.all(writers);
    }
    const platform = await launch('server/main.ts', env);
    const client = fhirClient(origin, await systemToken(origin));
    const entries = await client.walk('Basic?_count=1000&_elements=code');
    const there = new Set(entries.map(({ resource }) => resource.id as string));
    assert.equal(there.size, entries.length, 'no id comes twice');
    for (const id of [...there].slice(0, 200)) assert.equal((await client.get(`Basic/${id}`)).status, 200);
    const partial = [...bundles].filter((mark) => {
      const parts = Array.from({ length: ENTRIES }, (_, part) => there.has(`b-${mark}-${part}`)).filter(Boolean).length;
      return parts !== 0 && parts !== ENTRIES;
    });
    await platform.stop();
    return {
      acknowledged: acknowledged.size,
      lost: [...acknowledged].filter((id) => !there.has(id)).length,
      partial: partial.length,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test(`${CYCLES} kills during writes lose nothing that was acknowledged and leave nothing half there`, async (context) => {
  const tally = await cut(CYCLES, async () => {});
  context.diagnostic(`${tally.acknowledged} acknowledged, ${tally.lost} lost, ${tally.partial} partial`);
  assert.ok(tally.acknowledged > 20 * CYCLES, 'there were writes to lose');
  assert.equal(tally.lost, 0);
  assert.equal(tally.partial, 0);
});

test('the control: with synchronous_commit off the same kills do lose writes', async (context) => {
  const tally = await cut(Math.min(CYCLES, 6), async (folder) => {
    const pool = createPool({ connection: connectionToRunning(join(folder, 'postgres')), max: 1, name: 'control' });
    await pool.query('alter role all set synchronous_commit = off');
    // Sessions opened before keep their setting, so they are asked to come again.
    await pool.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and backend_type = $1',
      ['client backend'],
    );
    await pool.end();
  });
  context.diagnostic(`${tally.acknowledged} acknowledged, ${tally.lost} lost`);
  assert.ok(tally.lost > 0, 'this test can see a loss');
});
