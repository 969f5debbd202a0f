// A PostgreSQL that somebody else runs, by its URL. It must be new enough and keep what it acknowledges.
import pgConnectionString from 'pg-connection-string';
import type { Connection } from './connection.ts';
import { withClient } from './database.ts';

const OLDEST = 150_000;

/** Reads a `postgres://` URL; `sslmode` works as in libpq. @throws Error naming what is missing, never the password. */
export function parseDatabaseUrl(url: string): Connection {
  const { host, port, user, password, database, ssl } = pgConnectionString.parse(url, { useLibpqCompat: true });
  if (!host || !database)
    throw new Error('DATABASE_URL must name a host and a database: postgres://user:password@host:5432/name');
  const tls =
    typeof ssl === 'object'
      ? { ...ssl, rejectUnauthorized: ssl.rejectUnauthorized !== false }
      : ssl
        ? { rejectUnauthorized: true }
        : undefined;
  return {
    host,
    port: port ? Number(port) : 5432,
    user: user ?? '',
    password: typeof password === 'string' ? password : '',
    database,
    ...(tls === undefined ? {} : { tls }),
  };
}

/** Connects once and checks what durability and our SQL rest on. @returns the version in words */
export async function checkServer(connection: Connection, allowUnsafe = false): Promise<string> {
  return await withClient(connection, async (client) => {
    const { rows } = await client.query<{
      number: number;
      version: string;
      commit: string;
      fsync: string;
      prepared: number;
    }>(
      `select current_setting('server_version_num')::int as number, current_setting('server_version') as version,
              current_setting('synchronous_commit') as commit, current_setting('fsync') as fsync,
              current_setting('max_prepared_transactions')::int as prepared`,
    );
    const server = rows[0]!;
    const faults: string[] = [];
    if (server.number < OLDEST) faults.push(`it is version ${server.version}, and 15 is the oldest that will do`);
    if (server.commit === 'off') faults.push('synchronous_commit is off, so acknowledged writes could be lost');
    if (server.fsync === 'off') faults.push('fsync is off, so a power cut could destroy it');
    if (faults.length > 0 && !allowUnsafe)
      throw new Error(`The PostgreSQL at ${connection.host}:${connection.port} can't be used: ${faults.join('; ')}.`);
    return `PostgreSQL ${server.version}`;
  });
}
