// What was revoked since a position. Rows commit out of order, so the position only moves past what can't be
// overtaken any more, and what lies behind it may be told twice.
import { refuse } from '@polyclinic/kit';
import type { IdentityStore } from '../store.ts';

/** One page; a full page moves on by itself, since nothing that many rows older can still be uncommitted. */
const PAGE = 10_000;

interface Row {
  readonly seq: string;
  readonly kind: 'token' | 'grant' | 'subject';
  readonly id: string;
  readonly at: number;
  readonly settled: boolean;
}

export async function revokedSince(
  { sql, now }: IdentityStore,
  position: string,
): Promise<{ revocations: { kind: Row['kind']; id: string; at: number }[]; position: string }> {
  if (!/^\d{0,18}$/.test(position)) throw refuse('value', 'position must come from an earlier answer');
  const after = position === '' ? '0' : position;
  const { rows } = await sql.query<Row>(
    `select seq::text, kind, id, extract(epoch from at)::integer as at,
            xid < pg_snapshot_xmin(pg_current_snapshot()) as settled
       from identity.revocation
      where seq > $1::bigint and expires_at > $2
      order by seq
      limit $3`,
    [after, now(), PAGE],
  );
  const unsettled = rows.findIndex(({ settled }) => !settled);
  const last = rows.length === PAGE ? rows.at(-1) : rows[(unsettled === -1 ? rows.length : unsettled) - 1];
  return { revocations: rows.map(({ kind, id, at }) => ({ kind, id, at })), position: last?.seq ?? after };
}
