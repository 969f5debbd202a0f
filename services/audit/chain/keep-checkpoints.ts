// When a checkpoint is due: after so many links, or after a while where there are fewer.
import { statSync } from 'node:fs';
import type { Sql } from '@polyclinic/postgres';
import { type CheckpointFile, checkpointPath, openCheckpoints } from './checkpoints.ts';

/** Small enough that one checkpoint stays a line one can look at. */
const MOST_LINKS = 1_000;
const EVERY_MS = 60_000;

export interface CheckpointKeeper {
  /** @returns whether another one may be due at once */
  keep(now: Date): Promise<boolean>;
}

/** @param everyMs how long links may wait for the checkpoint that covers them */
export function createCheckpointKeeper(sql: Sql, folder: string, everyMs = EVERY_MS): CheckpointKeeper {
  let lastAt = 0;
  let known: { readonly file: CheckpointFile; readonly size: number } | null = null;
  const sizeNow = () => statSync(checkpointPath(folder), { throwIfNoEntry: false })?.size ?? 0;
  const opened = (): CheckpointFile => {
    // Another process may have been the appender meanwhile.
    if (known === null || known.size !== sizeNow()) known = { file: openCheckpoints(folder), size: sizeNow() };
    return known.file;
  };
  return {
    async keep(now) {
      const { rows: heads } = await sql.query<{ links: string }>(
        'select coalesce(max(n) + 1, 0)::text as links from audit.chain',
      );
      const file = opened();
      const fresh = Number(heads[0]?.links ?? 0) - file.covered;
      if (fresh <= 0 || (fresh < MOST_LINKS && now.getTime() - lastAt < everyMs)) return false;
      const { rows } = await sql.query<readonly [hash: string]>({
        name: 'audit checkpoint',
        text: `select encode(hash, 'hex') from audit.chain where n >= $1::int8 order by n limit ${MOST_LINKS}`,
        values: [file.covered],
        rowMode: 'array',
      });
      file.append(
        rows.map(([hash]) => hash),
        now.toISOString(),
      );
      known = { file, size: sizeNow() };
      lastAt = now.getTime();
      return fresh > MOST_LINKS;
    },
  };
}
