// The two programs under test as child processes: started, measured from outside, stopped.
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
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

const ROOT = join(import.meta.dirname, '..');

/** `npm start`'s program with the demo clinic, on its own port and folder, and a token of the demo system client. */
export async function startPlatform(folder: string): Promise<Program> {
  const url = 'http://127.0.0.1:8191';
  const data = join(folder, 'platform');
  const child = launch([join(ROOT, 'server/main.ts')], { PORT: '8191', POLYCLINIC_DATA: data, POLYCLINIC_DEMO: 'on' });
  await untilLine(child, 'ready');
  const token = await fetchToken(url);
  return program(child, url, { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' }, data);
}

/** The limit: bare node:http with the same durable SQL and no FHIR. */
export async function startLimit(folder: string): Promise<Program> {
  const data = join(folder, 'limit');
  const child = launch([join(ROOT, 'bench/limit/main.ts')], { PORT: '8192', POLYCLINIC_DATA: data });
  await untilLine(child, 'ready');
  return program(child, 'http://127.0.0.1:8192', { 'content-type': 'application/fhir+json' }, data);
}

function launch(args: string[], env: Record<string, string>): ChildProcess {
  return spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
}

async function program(
  child: ChildProcess,
  url: string,
  headers: Record<string, string>,
  data: string,
): Promise<Program> {
  const pid = child.pid as number;
  const wal = await walReader(data);
  return {
    url,
    headers,
    cpuMs: () => usageOf(processesOf(pid)),
    memoryMb: () => memoryOf(processesOf(pid)),
    walBytes: wal.position,
    stop: async () => {
      await wal.close();
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
    },
  };
}

/** Access tokens last 15 minutes: longer than one run's workloads take. */
async function fetchToken(url: string): Promise<string> {
  const discovery = (await (await fetch(`${url}/.well-known/openid-configuration`)).json()) as {
    token_endpoint: string;
  };
  const answer = await fetch(discovery.token_endpoint, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from('demo-system:demo-system-secret').toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials&scope=system%2F*.cruds',
  });
  if (!answer.ok) throw new Error(`no token: ${answer.status}`);
  return ((await answer.json()) as { access_token: string }).access_token;
}

function untilLine(child: ChildProcess, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      seen = (seen + chunk.toString()).slice(-2_000);
      if (seen.split('\n').includes(line)) resolve();
    });
    child.once('exit', (code) => reject(new Error(`the program ended with ${code} before it was ready:\n${seen}`)));
  });
}
