// Makes a new, empty database folder. It appears under its name only when complete, so a killed start leaves no half one.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Whereabouts } from './whereabouts.ts';

export const ADMIN = 'polyclinic';

/** The server's own password, made on first use and readable by this user alone. */
export function clusterPassword(folder: string): string {
  const file = `${folder}.password`;
  if (!existsSync(file)) writeFileSync(file, randomBytes(24).toString('base64url'), { mode: 0o600, flag: 'wx' });
  return readFileSync(file, 'utf8');
}

/** Runs initdb unless the folder already holds a database. @throws Error where it holds something else. */
export async function ensureCluster(
  at: Whereabouts,
  password: string,
  report: (message: string) => void,
): Promise<void> {
  const { cluster, account, programs } = at;
  if (existsSync(cluster)) {
    checkVersion(cluster);
    return;
  }
  report('making a new database');
  const [partial, passwordFile] = [`${cluster}.new`, `${cluster}.new-password`];
  rmSync(partial, { recursive: true, force: true });
  rmSync(passwordFile, { force: true });
  writeFileSync(passwordFile, password, { mode: 0o600 });
  mkdirSync(partial, { mode: 0o700 });
  if (account !== null) for (const path of [partial, passwordFile]) chownSync(path, account.uid, account.gid);
  try {
    await run(
      programs.initdb,
      [
        ...['--pgdata', partial, '--username', ADMIN, '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
        // The built-in C.UTF-8 sorts by code point and folds case, and is the same on every machine.
        ...['--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8'],
        '--data-checksums',
      ],
      account,
    );
    renameSync(partial, cluster);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

function checkVersion(cluster: string): void {
  const file = join(cluster, 'PG_VERSION');
  if (!existsSync(file))
    throw new Error(`${cluster} exists but holds no database. Move it away, or set POLYCLINIC_DATA to another folder.`);
  const version = readFileSync(file, 'utf8').trim();
  if (version !== '18')
    throw new Error(`${cluster} holds a database of PostgreSQL ${version}; this Polyclinic runs PostgreSQL 18.`);
}

function run(program: string, args: readonly string[], account: Whereabouts['account']): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      ...account,
      cwd: '/',
      env: { LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (said = (said + chunk).slice(-4_000)));
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`initdb failed (${code}):\n${said.trim()}`)),
    );
  });
}
