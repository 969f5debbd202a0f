// Which folder really holds the database and its programs. Usually <data>/postgres and node_modules; but a project in
// root's own home is closed to the account that PostgreSQL runs as, and then both live under /var/lib/polyclinic.
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type Account, blockedAt, databaseAccount } from './account.ts';
import { findPrograms, type Programs, programsIn } from './programs.ts';

const ELSEWHERE = '/var/lib/polyclinic';

export interface Whereabouts {
  readonly cluster: string;
  readonly account: Account | null;
  readonly programs: Programs;
}

export function whereabouts(folder: string, report: (message: string) => void): Whereabouts {
  mkdirSync(dirname(folder), { recursive: true });
  const account = databaseAccount(folder);
  openForPassage(dirname(folder), account);
  const cluster = blockedAt(dirname(folder), account) === null ? folder : moved(folder, account, report);
  const found = findPrograms();
  const programs = blockedAt(found.postgres, account) === null ? found : copied(found);
  return { cluster, account, programs };
}

// A data folder of ours that is closed to everybody gets just enough: others may pass it, not list it, and what lies in
// it is closed file by file.
function openForPassage(data: string, account: Account | null): void {
  const { uid, mode } = statSync(data);
  if (blockedAt(data, account) === data && uid === process.getuid?.()) chmodSync(data, (mode & 0o777) | 0o001);
}

// The note beside the data folder names the place, so that deleting the data folder still means starting anew.
function moved(folder: string, account: Account | null, report: (message: string) => void): string {
  const note = `${folder}.location`;
  if (existsSync(note)) {
    const noted = readFileSync(note, 'utf8').trim();
    // Its parent is enough: before the first start has made the database there is no more.
    if (noted !== '' && existsSync(dirname(noted))) return noted;
  }
  const place = join(ELSEWHERE, randomBytes(6).toString('hex'), 'postgres');
  mkdirSync(dirname(place), { recursive: true, mode: 0o755 });
  const blocked = blockedAt(place, account);
  if (blocked !== null)
    throw new Error(
      `The database can't be kept in ${folder}: the account PostgreSQL runs as may not pass ${blockedAt(dirname(folder), account)}, nor ${blocked}. ` +
        'Set POLYCLINIC_DATA to a folder that everybody may pass, such as one under /srv.',
    );
  writeFileSync(note, `${place}\n`);
  report(`${dirname(folder)} is closed to the account PostgreSQL runs as; its files are kept in ${place}`);
  return place;
}

function copied(found: Programs): Programs {
  const { version } = JSON.parse(readFileSync(join(found.home, '..', 'package.json'), 'utf8')) as { version: string };
  const home = join(ELSEWHERE, `postgresql-${version}`);
  if (!existsSync(home)) {
    const partial = `${home}.${randomBytes(4).toString('hex')}`;
    mkdirSync(ELSEWHERE, { recursive: true, mode: 0o755 });
    cpSync(found.home, partial, { recursive: true, verbatimSymlinks: true });
    // Another start may have been quicker; its copy is as good.
    if (existsSync(home)) rmSync(partial, { recursive: true });
    else renameSync(partial, home);
  }
  return programsIn(home);
}
