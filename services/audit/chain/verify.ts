// Whether the audit log is still what was chained and signed, and if not, the first row that is not.
import { type Pool, type Sql, transaction } from '@polyclinic/postgres';
import { type Checkpoint, PREFIX_BYTES, readCheckpoints } from './checkpoints.ts';
import { LOG_COLUMNS, type LogRow, linkHash, NOTHING_BEFORE, SHARDS } from './link.ts';
import { merkleRoot } from './merkle.ts';

export interface Flaw {
  readonly kind: 'changed' | 'deleted' | 'inserted' | 'cut off' | 'rewritten' | 'checkpoint';
  /** The position of the first bad row in the log; null where it is gone with its number. */
  readonly seq: string | null;
  readonly about: string;
}

export interface Verdict {
  readonly rows: number;
  /** Rows that signed checkpoints speak for; the rest is younger than the last of them. */
  readonly signed: number;
  /** null when everything is as it was. */
  readonly flaw: Flaw | null;
}

const PAGE = 2_000;

type Link = readonly [n: string, seq: string, hash: string, ...row: LogRow | readonly null[]];

/** @param checkpoints the text of the checkpoint file; read before this is called, so that the log has all it covers */
export function verifyTrail(pool: Pool, checkpoints: string, publicKey: string): Promise<Verdict> {
  const read = readCheckpoints(checkpoints, publicKey);
  if (read.kind === 'bad') {
    const about = `Line ${read.line} of the checkpoints is not to be trusted: ${read.why}.`;
    return Promise.resolve({ rows: 0, signed: 0, flaw: { kind: 'checkpoint', seq: null, about } });
  }
  // One snapshot for everything: what is appended meanwhile does not concern it.
  return transaction(pool, (sql) => verifyIn(sql, read.checkpoints), { isolation: 'repeatable read', readOnly: true });
}

async function verifyIn(sql: Sql, checkpoints: readonly Checkpoint[]): Promise<Verdict> {
  const signed = checkpoints.at(-1)?.to ?? 0;
  const heads = new Array<string>(SHARDS).fill(NOTHING_BEFORE);
  const covering = createCoverage(checkpoints);
  let n = 0;
  let lastSeq = '0';
  const found = (flaw: Flaw): Verdict => ({ rows: n, signed, flaw });
  for (let coming = page(sql, 0); ; ) {
    const links = await coming;
    // Fetched while these are being hashed.
    const isLast = links.length < PAGE;
    if (!isLast) coming = page(sql, n + PAGE);
    for (const [number, seq, hash, ...row] of links) {
      if (Number(number) !== n)
        return found({ kind: 'deleted', seq, about: `Link ${n}, before the row ${seq}, is gone.` });
      const flaw = row[0] === null ? gone(seq) : check(heads, n, seq, hash, row as LogRow, covering);
      if (flaw !== null) return found(flaw);
      n += 1;
      lastSeq = seq;
    }
    if (isLast) break;
  }
  if (n < signed) {
    const about = `Everything after the row ${lastSeq} is cut off: ${signed - n} rows that were signed are gone.`;
    return found({ kind: 'cut off', seq: null, about });
  }
  return { rows: n, signed, flaw: (await cutOff(sql, n, lastSeq)) ?? (await inserted(sql)) };
}

async function page(sql: Sql, from: number): Promise<readonly Link[]> {
  const { rows } = await sql.query<Link>({
    name: 'audit verify',
    text: `select c.n::text, c.seq::text, encode(c.hash, 'hex'), ${LOG_COLUMNS}
           from audit.chain c left join audit.log l on l.seq = c.seq where c.n >= $1::int8 order by c.n limit ${PAGE}`,
    values: [from],
    rowMode: 'array',
  });
  return rows;
}

const gone = (seq: string): Flaw => ({ kind: 'deleted', seq, about: `The row ${seq} was deleted.` });

function check(heads: string[], n: number, seq: string, hash: string, row: LogRow, covering: Coverage): Flaw | null {
  const shard = n % SHARDS;
  if (linkHash(heads[shard] as string, row) !== hash)
    return { kind: 'changed', seq, about: `The row ${seq} is not what was chained as link ${n}: changed or moved.` };
  heads[shard] = hash;
  return covering(n, seq, hash);
}

type Coverage = (n: number, seq: string, hash: string) => Flaw | null;

/** Compares hashes in order with what was signed: each by its first bytes, all of a checkpoint by their root. */
function createCoverage(checkpoints: readonly Checkpoint[]): Coverage {
  let at = 0;
  let prefixes = '';
  let seen: string[] = [];
  const rewritten = (seq: string, n: number): Flaw => ({
    kind: 'rewritten',
    seq,
    about: `The row ${seq}, link ${n}, is not what was signed: it was written anew together with its chain.`,
  });
  return (n, seq, hash) => {
    const checkpoint = checkpoints[at];
    if (checkpoint === undefined) return null;
    if (seen.length === 0) prefixes = Buffer.from(checkpoint.prefixes, 'base64').toString('hex');
    const from = (n - checkpoint.from) * 2 * PREFIX_BYTES;
    if (!hash.startsWith(prefixes.slice(from, from + 2 * PREFIX_BYTES))) return rewritten(seq, n);
    seen.push(hash);
    if (n + 1 < checkpoint.to) return null;
    const root = merkleRoot(seen);
    seen = [];
    at += 1;
    return root === checkpoint.root ? null : rewritten(seq, n);
  };
}

/** The youngest rows, which no checkpoint speaks for yet: the place where chaining stands remembers the last one. */
async function cutOff(sql: Sql, links: number, lastSeq: string): Promise<Flaw | null> {
  const { rows } = await sql.query<{ seq: string }>('select seq::text from audit.chained');
  const stands = rows[0]?.seq ?? '0';
  if (links === 0 ? stands === '0' : stands === lastSeq) return null;
  return { kind: 'cut off', seq: null, about: `Rows after ${lastSeq} are cut off: ${stands} was chained last.` };
}

/** Rows that chaining should have met, and did not. */
async function inserted(sql: Sql): Promise<Flaw | null> {
  const { rows } = await sql.query<{ seq: string }>(
    `select l.seq::text from audit.log l
     where (l.xid, l.seq) <= (select c.xid, c.seq from audit.chained c)
       and not exists (select from audit.chain c where c.seq = l.seq)
     order by l.seq limit 1`,
  );
  const [row] = rows;
  if (row === undefined) return null;
  return { kind: 'inserted', seq: row.seq, about: `The row ${row.seq} was put in behind the chain's back.` };
}
