// Chains what was appended to the audit log since the last time. Only one process at a time does this.
import { type Pool, type Sql, transaction } from '@polyclinic/postgres';
import { LOG_COLUMNS, type LogRow, linkHash, NOTHING_BEFORE, SHARDS } from './link.ts';

const BATCH = 500;

/** @returns whether there may be more at once */
export function appendLinks(pool: Pool): Promise<boolean> {
  return transaction(pool, async (sql) => {
    const rows = await unchained(sql);
    const last = rows.at(-1);
    if (last === undefined) return false;
    const { next, hashes } = await heads(sql);
    const links = rows.map(([, ...row], at): readonly [n: number, seq: string, hash: string] => {
      const n = next + at;
      const hash = linkHash(hashes[n % SHARDS] ?? NOTHING_BEFORE, row);
      hashes[n % SHARDS] = hash;
      return [n, row[0], hash];
    });
    await sql.query({
      name: 'audit links',
      text: `insert into audit.chain (n, seq, hash)
             select n, seq, decode(hash, 'hex') from unnest($1::int8[], $2::int8[], $3::text[]) u(n, seq, hash)`,
      values: [links.map(([n]) => n), links.map(([, seq]) => seq), links.map(([, , hash]) => hash)],
    });
    await sql.query({
      name: 'audit chained',
      text: 'update audit.chained set xid = $1::xid8, seq = $2::int8',
      values: [last[0], last[1]],
    });
    return rows.length === BATCH;
  });
}

/** In the order of transactions and only up to the oldest one still open, so that none that commits late is missed. */
async function unchained(sql: Sql): Promise<readonly (readonly [xid: string, ...LogRow])[]> {
  const { rows } = await sql.query<readonly [xid: string, ...LogRow]>({
    name: 'audit unchained',
    text: `select l.xid::text, ${LOG_COLUMNS} from audit.log l
           where (l.xid, l.seq) > (select c.xid, c.seq from audit.chained c)
             and l.xid < pg_snapshot_xmin(pg_current_snapshot())
           order by l.xid, l.seq limit ${BATCH}`,
    rowMode: 'array',
  });
  return rows;
}

/** The number of the next link, and the last hash of each chain by its number. */
async function heads(sql: Sql): Promise<{ next: number; hashes: (string | undefined)[] }> {
  const { rows } = await sql.query<readonly [n: string, hash: string]>({
    name: 'audit heads',
    text: `select c.n::text, encode(c.hash, 'hex') from audit.chain c order by c.n desc limit ${SHARDS}`,
    rowMode: 'array',
  });
  const hashes: (string | undefined)[] = [];
  for (const [n, hash] of rows) hashes[Number(n) % SHARDS] = hash;
  return { next: rows[0] === undefined ? 0 : Number(rows[0][0]) + 1, hashes };
}
