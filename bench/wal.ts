// How far PostgreSQL's write-ahead log has come, in bytes: asked before and after a workload.
import { join } from 'node:path';
import { connectionToRunning, createPool } from '@polyclinic/postgres';

/** Reads the position of the embedded server whose data is in `folder`. */
export async function walReader(folder: string): Promise<{ position(): Promise<number>; close(): Promise<void> }> {
  const pool = createPool({ connection: connectionToRunning(join(folder, 'postgres')), max: 1, name: 'bench' });
  return {
    position: async () => {
      const { rows } = await pool.query<{ bytes: string }>(
        `select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as bytes`,
      );
      return Number(rows[0]?.bytes ?? 0);
    },
    close: () => pool.end(),
  };
}
