// The database behind everything: our own server in the data folder, or somebody else's by URL.
import { join } from 'node:path';
import { type Connection, checkServer, ensureDatabase, keepRunning, parseDatabaseUrl } from '@polyclinic/postgres';
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
    say(`Using ${await checked(connection)} on ${connection.host}.`);
    return { connection, stop: async () => {}, stopNow: () => {} };
  }
  const server = await keepRunning({ folder: join(config.data, 'postgres'), report: (line) => say(capital(line)) });
  try {
    await ensureDatabase(server.connection('postgres'), DATABASE);
    const connection = server.connection(DATABASE);
    return { connection, stop: () => server.stop(), stopNow: () => void process.kill(server.pid(), 'SIGQUIT') };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function checked(connection: Connection): Promise<string> {
  try {
    return await checkServer(connection);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : null;
    if (code === null) throw error;
    // 28 is PostgreSQL's class for a wrong user or password: https://www.postgresql.org/docs/current/errcodes-appendix.html
    const why = code.startsWith('28') ? 'refuses the user or password' : `can't be reached or used (${code})`;
    throw new Error(`The database of DATABASE_URL at ${connection.host}:${connection.port} ${why}.`);
  }
}

const capital = (line: string): string =>
  `${line.charAt(0).toUpperCase()}${line.slice(1)}${/[.!…]$/.test(line) ? '' : '.'}`;
