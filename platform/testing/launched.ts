// The whole platform as a user starts it, in processes of its own: for tests and measurements through the public door.
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Launched {
  readonly child: ChildProcess;
  readonly pid: number;
  /** Everything it printed so far. */
  output(): string;
  /** SIGTERM, then waits for its end; the exit code. */
  stop(): Promise<number | null>;
  /** SIGKILL for the process and all its descendants at once: what a power cut does to programs. */
  kill(): Promise<void>;
}

const ROOT = join(import.meta.dirname, '../..');

/**
 * Starts a program of this repository with the pinned Node and waits until it prints the line `ready`.
 * @param program path below the repository, as `server/main.ts`
 * @throws Error with its last output when it ends before
 */
export async function launch(program: string, env: Readonly<Record<string, string>>): Promise<Launched> {
  const child = spawn(process.execPath, [join(ROOT, program)], {
    cwd: ROOT,
    env: { ...process.env, NODE_TEST_CONTEXT: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let seen = '';
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  await new Promise<void>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      seen = (seen + chunk.toString()).slice(-20_000);
      if (/^ready$/m.test(seen)) resolve();
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', (code) => reject(new Error(`${program} ended with ${code} before it was ready:\n${seen}`)));
  });
  const pid = child.pid as number;
  return {
    child,
    pid,
    output: () => seen,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
    kill: async () => {
      for (const each of [pid, ...descendantsOf(pid)])
        try {
          process.kill(each, 'SIGKILL');
        } catch {
          // Already gone.
        }
      await ended;
    },
  };
}

/** Every process below `root`, from /proc. */
export function descendantsOf(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc'))
    if (/^\d+$/.test(name))
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
      } catch {
        // It ended while we looked.
      }
  const below = new Set([root]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [pid, parent] of parents)
      if (below.has(parent) && !below.has(pid)) {
        below.add(pid);
        grown = true;
      }
  }
  below.delete(root);
  return [...below];
}

/** An access token of the demo's system client, for everything. */
export async function systemToken(url: string): Promise<string> {
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
  if (!answer.ok) throw new Error(`no token: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { access_token: string }).access_token;
}
