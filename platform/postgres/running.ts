// How another program reaches the embedded server that already runs on a folder: for backups, measurements and repairs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ADMIN, clusterPassword } from './cluster.ts';
import type { Connection } from './connection.ts';
import { whereabouts } from './whereabouts.ts';

/**
 * The connection to the server running on `folder` (usually `<data>/postgres`), as its postmaster.pid tells it.
 * @throws Error when no server runs there
 */
export function connectionToRunning(folder: string): Connection {
  const { cluster } = whereabouts(folder, () => {});
  let lines: string[];
  try {
    lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    throw new Error(`No database server runs on ${folder}. Start the platform first.`);
  }
  // https://www.postgresql.org/docs/18/storage-file-layout.html: line 4 is the port, line 5 the socket's folder.
  const [port, host] = [Number(lines[3]), lines[4] as string];
  return { host, port, user: ADMIN, password: clusterPassword(folder), database: ADMIN };
}
