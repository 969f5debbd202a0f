// The log as its readers follow it: in the order of transactions, and only up to the oldest one still open. A row that
// commits late therefore comes late, but is never skipped, as it would be by following the sequence alone.
import { type LogEntry, refuse } from '@polyclinic/kit';
import type { Sql } from '@polyclinic/postgres';
import { type VersionRow, versionColumns, versionOf } from './read/version-row.ts';
import type { Store } from './stores.ts';

export interface Tail {
  readonly entries: readonly LogEntry[];
  readonly position: string;
}

const POSITION = /^(\d{1,20}):(\d{1,19})$/;
// Above it a single answer would be too big for a message between services.
const MOST = 1_000;

/** @param after a position as returned before, or '' for the start */
export async function readTail(sql: Sql, store: Store, after: string, limit: number): Promise<Tail> {
  const [, xid, seq] = POSITION.exec(after === '' ? '0:0' : after) ?? [];
  if (xid === undefined || seq === undefined) throw refuse('invalid', 'This is no position in a log.', { status: 400 });
  const { rows } = await sql.query<readonly [...VersionRow, xid: string]>({
    name: `tail ${store.service}`,
    text: `
      select ${versionColumns('l')}, l.xid::text from ${store.schema}.log l
      where (l.xid, l.seq) > ($1::xid8, $2::int8) and l.xid < pg_snapshot_xmin(pg_current_snapshot())
      order by l.xid, l.seq limit $3::int4`,
    values: [xid, seq, Math.min(limit, MOST)],
    rowMode: 'array',
  });
  const entries = rows.map((row): LogEntry => {
    const [s, clinic, type, id, version, operation, at, author, content] = row;
    const { content: text, ...rest } = versionOf(store, [s, clinic, type, id, version, operation, at, author, content]);
    return text === null ? rest : { ...rest, content: text };
  });
  const last = rows.at(-1);
  return { entries, position: last === undefined ? after : `${last[9]}:${last[0]}` };
}
