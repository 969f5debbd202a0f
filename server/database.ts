// The database behind everything: our own server in the data folder, or somebody else's by URL; schemas up to date.
import { join } from 'node:path';
import {
  type Connection,
  checkServer,
  createPool,
  ensureDatabase,
  keepRunning,
  migrate,
  parseDatabaseUrl,
} from '@polyclinic/postgres';
import type { Config } from './config.ts';

export interface Database {
  readonly connection: Connection;
  stop(): Promise<void>;
  /** For the second Ctrl-C: no waiting; the next start recovers. */
  stopNow(): void;
}

const DATABASE = 'polyclinic';

export async function openDatabase(config: Config, say: (line: string) => void): Promise<Database> {
  if (config.databaseUrl !== null) {
    const connection = parseDatabaseUrl(config.databaseUrl);
    say(`Using ${await checkServer(connection)} on ${connection.host}.`);
    await bringUpToDate(connection, config, say);
    return { connection, stop: async () => {}, stopNow: () => {} };
  }
  const server = await keepRunning({ folder: join(config.data, 'postgres'), report: (line) => say(capital(line)) });
  try {
    await ensureDatabase(server.connection('postgres'), DATABASE);
    const connection = server.connection(DATABASE);
    await bringUpToDate(connection, config, say);
    return { connection, stop: () => server.stop(), stopNow: () => void process.kill(server.pid(), 'SIGQUIT') };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

/** Runs the migrations of every service that lives here, each in its own schema. */
async function bringUpToDate(connection: Connection, config: Config, say: (line: string) => void): Promise<void> {
  const { schemasOf } = await import('./schemas.ts');
  const pool = createPool({ connection, name: 'polyclinic migrations', max: 2 });
  try {
    for (const { schema, folders } of await schemasOf(config.services)) {
      const ran = await migrate({ pool, schema, folders });
      if (ran.length > 0) say(`Schema ${schema} is up to date (${ran.length} new).`);
    }
  } finally {
    await pool.end();
  }
}

const capital = (line: string): string =>
  `${line.charAt(0).toUpperCase()}${line.slice(1)}${/[.!…]$/.test(line) ? '' : '.'}`;
