// Where a database is and who connects to it, the same for the embedded server and for one far away.

export interface Connection {
  /** A host name, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** As in a URL's `sslmode`; absent over a Unix socket. */
  readonly tls?: { readonly rejectUnauthorized: boolean };
}

/** The same connection as a URL that every PostgreSQL client understands. */
export function connectionUrl({ host, port, user, password, database }: Connection): string {
  const who = `${encodeURIComponent(user)}:${encodeURIComponent(password)}`;
  return host.startsWith('/')
    ? `postgres://${who}@/${encodeURIComponent(database)}?host=${encodeURIComponent(host)}&port=${port}`
    : `postgres://${who}@${host}:${port}/${encodeURIComponent(database)}`;
}
