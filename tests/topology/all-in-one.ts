// The topology of one machine: `npm start`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from '@polyclinic/testing';
import type { Topology } from './topology.ts';

export async function startAllInOne(port: number): Promise<Topology> {
  const folder = mkdtempSync(join(tmpdir(), 'polyclinic-topology-'));
  const platform = await launch('server/main.ts', { PORT: String(port), POLYCLINIC_DATA: folder });
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      await platform.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
