// The two programs under test as child processes: started, measured from outside, stopped.
import { join } from 'node:path';
import { type Launched, launch, systemToken } from '@polyclinic/testing';
import { memoryOf, processesOf, usageOf } from './processes.ts';
import { walReader } from './wal.ts';

export interface Program {
  readonly url: string;
  readonly headers: Record<string, string>;
  cpuMs(): { program: number; postgres: number };
  memoryMb(): number;
  walBytes(): Promise<number>;
  stop(): Promise<void>;
}

/** `npm start`'s program with the demo clinic, on its own port and folder, and a token of the demo system client. */
export async function startPlatform(folder: string): Promise<Program> {
  const url = 'http://127.0.0.1:8191';
  const data = join(folder, 'platform');
  const running = await launch('server/main.ts', { PORT: '8191', POLYCLINIC_DATA: data, POLYCLINIC_DEMO: 'on' });
  // It lasts 15 minutes: longer than the workloads of one run.
  const token = await systemToken(url);
  return program(running, url, { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' }, data);
}

/** The limit: bare node:http with the same durable SQL and no FHIR. */
export async function startLimit(folder: string): Promise<Program> {
  const data = join(folder, 'limit');
  const running = await launch('bench/limit/main.ts', { PORT: '8192', POLYCLINIC_DATA: data });
  return program(running, 'http://127.0.0.1:8192', { 'content-type': 'application/fhir+json' }, data);
}

async function program(
  running: Launched,
  url: string,
  headers: Record<string, string>,
  data: string,
): Promise<Program> {
  const { pid } = running;
  const wal = await walReader(data);
  return {
    url,
    headers,
    cpuMs: () => usageOf(processesOf(pid)),
    memoryMb: () => memoryOf(processesOf(pid)),
    walBytes: wal.position,
    stop: async () => {
      await wal.close();
      await running.stop();
    },
  };
}
