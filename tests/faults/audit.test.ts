// Power cuts and the audit trail: whatever was written and acknowledged, and whatever was shown, is in it afterwards,
// once; and the chain is whole.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { eventually, launch, systemToken } from '@polyclinic/testing';
import { fhirClient } from '../conformance/client.ts';

const PORT = 8394;
const origin = `http://127.0.0.1:${PORT}`;
const CYCLES = Number(process.env['POLYCLINIC_KILL_CYCLES'] ?? 2);
const CLIENTS = 8;
/** An access is in the system's memory before the event loop's turn ends; what was answered within it may be lost. */
const ONE_TURN_MS = 50;

test('a killed platform has every acknowledged write and everything it showed in its audit trail, once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'polyclinic-audit-kill-'));
  const env = { PORT: String(PORT), POLYCLINIC_DATA: folder };
  const written = new Set<string>();
  const shown = new Map<string, number>();
  let killedAt = 0;
  try {
    for (let cycle = 0; cycle < CYCLES; cycle += 1) {
      const platform = await launch('server/main.ts', env);
      const client = fhirClient(origin, await systemToken(origin));
      let running = true;
      const clients = Array.from({ length: CLIENTS }, async (_, one) => {
        for (let n = 0; running; n += 1) {
          const id = `a-${cycle}-${one}-${n}`;
          try {
            if ((await client.send('PUT', `Patient/${id}`, { resourceType: 'Patient', id })).status !== 201) continue;
            written.add(id);
            if ((await client.get(`Patient/${id}`)).status === 200) shown.set(id, performance.now());
          } catch {
            // The connection broke: nobody said how it ended.
          }
        }
      });
      await new Promise((resolve) => setTimeout(resolve, 300 + ((cycle * 211) % 500)));
      killedAt = performance.now();
      await platform.kill();
      running = false;
      await Promise.all(clients);
      for (const [id, at] of shown) if (at > killedAt - ONE_TURN_MS && id.startsWith(`a-${cycle}-`)) shown.delete(id);
    }
    assert.ok(written.size > 50 && shown.size > 20, `${written.size} written, ${shown.size} shown`);
    const platform = await launch('server/main.ts', env);
    const client = fhirClient(origin, await systemToken(origin));
    const idsOf = async (subtype: string): Promise<string[]> => {
      const entries = await client.walk(`AuditEvent?subtype=${subtype}&_count=1000`);
      return entries
        .map(({ resource }) => /"Patient\/(a-\d+-\d+-\d+)"/.exec(JSON.stringify(resource))?.[1] ?? '')
        .filter((id) => id !== '');
    };
    const everything = async (subtype: string, wanted: Iterable<string>) => {
      const found = await eventually(
        async () => {
          const ids = await idsOf(subtype);
          const known = new Set(ids);
          return [...wanted].every((id) => known.has(id)) ? ids : null;
        },
        { withinMs: 120_000, everyMs: 2_000 },
      );
      assert.equal(new Set(found).size, found.length, `no ${subtype} is told twice`);
    };
    await everything('create', written);
    await everything('read', shown.keys());
    const { stdout } = await promisify(execFile)(process.execPath, ['tools/audit.ts', 'verify'], {
      env: { ...process.env, POLYCLINIC_DATA: folder },
    });
    assert.match(stdout, /is whole/);
    await platform.stop();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
