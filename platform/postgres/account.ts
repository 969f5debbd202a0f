// PostgreSQL refuses to run as root, so under root it gets an account of its own that can do nothing else.
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

export interface Account {
  readonly uid: number;
  readonly gid: number;
}

const NAME = 'polyclinic-db';

/** The account the database runs as; null means this very process's own, which is not root. */
export function databaseAccount(clusterFolder: string): Account | null {
  if (process.getuid?.() !== 0) return null;
  // An existing database keeps its owner: the account may have another number after a move to a new machine.
  const owner = statSync(clusterFolder, { throwIfNoEntry: false });
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const known = accountNamed(NAME);
  if (known !== null) return known;
  spawnSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', NAME]);
  const created = accountNamed(NAME) ?? accountNamed('nobody');
  if (created === null)
    throw new Error(`PostgreSQL can't run as root, and the account ${NAME} could not be created. Run as another user.`);
  return created;
}

function accountNamed(name: string): Account | null {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(':') ?? [];
  return uid === undefined || gid === undefined ? null : { uid: Number(uid), gid: Number(gid) };
}

/** The first folder on the way to `path` that the account may not pass, or null when it gets through. */
export function blockedAt(path: string, account: Account | null): string | null {
  if (account === null) return null;
  const way: string[] = [];
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    way.unshift(folder);
    if (folder === dirname(folder)) break;
  }
  for (const folder of way) {
    const found = statSync(folder, { throwIfNoEntry: false });
    if (found === undefined) return null;
    const passes =
      found.uid === account.uid
        ? found.mode & 0o100
        : found.gid === account.gid
          ? found.mode & 0o010
          : found.mode & 0o001;
    if (!passes) return folder;
  }
  return null;
}
