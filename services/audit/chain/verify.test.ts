// Whoever can write to the database can change the trail, but not unseen: each attack is found at its first bad row.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { typeNumber } from '@polyclinic/fhir';
import { migrate, type Pool } from '@polyclinic/postgres';
import { createRecords, recordsMigrations } from '@polyclinic/records';
import { withPostgres } from '@polyclinic/testing';
import { keepEvents } from '../commands/keep-events.ts';
import { appendLinks } from './append-links.ts';
import { checkpointPath, publicKeyPath } from './checkpoints.ts';
import { createCheckpointKeeper } from './keep-checkpoints.ts';
import { LOG_COLUMNS, type LogRow, linkHash, NOTHING_BEFORE, SHARDS } from './link.ts';
import { type Verdict, verifyTrail } from './verify.ts';

/** Signed in two checkpoints; after them come rows that none covers yet. */
const SIGNED = 100;
const ROWS = 120;
const TIMES = 3;
const NOW = new Date('2026-11-21T12:00:00Z');
const SEED = Number(process.env['SEED'] ?? 20_261_121);

// A linear congruential generator: the same places each time, unless another seed is given.
let state = SEED;
const random = (from: number, below: number): number => {
  state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
  return from + Math.floor((state / 4_294_967_296) * (below - from));
};

async function migrateAudit(pool: Pool): Promise<void> {
  await migrate({ pool, schema: 'audit', folders: [recordsMigrations, join(import.meta.dirname, '../migrations')] });
}

interface Trail {
  readonly pool: Pool;
  readonly folder: string;
  verify(): Promise<Verdict>;
}

async function withTrail(): Promise<Trail> {
  const server = await withPostgres();
  const { pool } = await server.freshDatabase(migrateAudit);
  const folder = mkdtempSync(join(tmpdir(), 'polyclinic-chain-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const keeper = createCheckpointKeeper(pool, folder, 0);
  for (const [from, to] of [
    [0, 37],
    [37, SIGNED],
    [SIGNED, ROWS],
  ] as const) {
    await append(pool, from, to);
    if (to <= SIGNED) await keeper.keep(NOW);
  }
  const text = (path: string) => readFileSync(path, 'utf8');
  return {
    ...{ pool, folder },
    verify: () => verifyTrail(pool, text(checkpointPath(folder)), text(publicKeyPath(folder))),
  };
}

async function append(pool: Pool, from: number, to: number): Promise<void> {
  const types = { AuditEvent: typeNumber('AuditEvent') as number };
  const stores = [{ service: 'audit', schema: 'audit', types }];
  const records = createRecords({ stores, pool, now: () => NOW, cursorSecret: 'test' });
  const happenings = Array.from({ length: to - from }, (_, n) => ({
    ...{ id: `e-${from + n}`, clinic: 1, at: NOW.toISOString(), interaction: 'read', outcome: '0' as const },
    ...{ who: 'Practitioner/d', client: 'c', address: '', patient: `p${n % 7}`, what: '', query: '', requestId: '' },
  }));
  await keepEvents(records, happenings);
  while (await appendLinks(pool));
}

const seqAt = async (pool: Pool, n: number): Promise<string> => {
  const { rows } = await pool.query<{ seq: string }>('select seq::text from audit.chain where n = $1', [n]);
  return rows[0]?.seq ?? '';
};

/** What somebody with the rights of the database's owner does at link n; returns the row that must be named. */
type Attack = (trail: Trail, n: number) => Promise<string | null>;

const changing =
  (assignment: string): Attack =>
  async ({ pool }, n) => {
    const seq = await seqAt(pool, n);
    const { rowCount } = await pool.query(`update audit.log set ${assignment} where seq = ${seq}`);
    assert.equal(rowCount, 1);
    return seq;
  };

/** Computes all links from n on anew, as if nothing had happened. */
async function rechain({ pool }: Trail, from: number): Promise<void> {
  const { rows } = await pool.query<readonly [n: string, hash: string, ...LogRow]>({
    text: `select c.n::text, encode(c.hash, 'hex'), ${LOG_COLUMNS} from audit.chain c join audit.log l on l.seq = c.seq order by c.n`,
    rowMode: 'array',
  });
  const heads = new Array<string>(SHARDS).fill(NOTHING_BEFORE);
  for (const [n, hash, ...row] of rows) {
    const shard = Number(n) % SHARDS;
    heads[shard] = Number(n) < from ? hash : linkHash(heads[shard] as string, row);
    if (heads[shard] !== hash)
      await pool.query(`update audit.chain set hash = decode('${heads[shard]}', 'hex') where n = ${n}`);
  }
}

const ATTACKS: Readonly<Record<string, { kind: string; attack: Attack }>> = {
  'a changed text': {
    kind: 'changed',
    attack: changing("content = replace(content, 'Practitioner/d', 'Practitioner/x')"),
  },
  'a changed author': { kind: 'changed', attack: changing("author = 'somebody else'") },
  'a changed time': { kind: 'changed', attack: changing("at = at - interval '1 microsecond'") },
  'a changed clinic': { kind: 'changed', attack: changing('clinic = 2') },
  'a deleted row': {
    kind: 'deleted',
    attack: async ({ pool }, n) => {
      const seq = await seqAt(pool, n);
      await pool.query(`delete from audit.log where seq = ${seq}`);
      return seq;
    },
  },
  'a row deleted with its link': {
    kind: 'deleted',
    attack: async ({ pool }, n) => {
      const after = await seqAt(pool, n + 1);
      await pool.query(`delete from audit.log where seq = ${await seqAt(pool, n)}`);
      await pool.query(`delete from audit.chain where n = ${n}`);
      return after;
    },
  },
  'a row deleted with its link, and the gap closed': {
    kind: 'changed',
    attack: async ({ pool }, n) => {
      const after = await seqAt(pool, n + 1);
      await pool.query(`delete from audit.log where seq = ${await seqAt(pool, n)}`);
      await pool.query(`delete from audit.chain where n = ${n}`);
      await pool.query(`update audit.chain set n = -n where n > ${n}`);
      await pool.query('update audit.chain set n = -n - 1 where n < 0');
      return after;
    },
  },
  'two rows that changed places': {
    kind: 'changed',
    attack: async ({ pool }, n) => {
      const [a, b] = [await seqAt(pool, n), await seqAt(pool, n + 1)];
      await pool.query(
        `update audit.log l set content = o.content, fingerprint = o.fingerprint from audit.log o
         where (l.seq, o.seq) in ((${a}, ${b}), (${b}, ${a}))`,
      );
      return a;
    },
  },
  'two links that changed places': {
    kind: 'changed',
    attack: async ({ pool }, n) => {
      const later = await seqAt(pool, n + 1);
      await pool.query(`update audit.chain set n = -1 where n = ${n}`);
      await pool.query(`update audit.chain set n = ${n} where n = ${n + 1}`);
      await pool.query(`update audit.chain set n = ${n + 1} where n = -1`);
      return later;
    },
  },
  'a row put in between': {
    kind: 'inserted',
    attack: async ({ pool }, n) => {
      const { rows } = await pool.query<{ seq: string }>(
        `insert into audit.log (xid, fingerprint, at, clinic, version, type, operation, id, author, content)
         select xid, fingerprint, at, clinic, version, type, operation, id || '-2', author, content
         from audit.log where seq = ${await seqAt(pool, n)} returning seq::text`,
      );
      return rows[0]?.seq ?? '';
    },
  },
  'everything from a signed row on cut off': {
    kind: 'cut off',
    attack: async ({ pool }, n) => {
      const seq = await seqAt(pool, n);
      await pool.query(`delete from audit.log where seq >= ${seq}`);
      await pool.query(`delete from audit.chain where n >= ${n}`);
      await pool.query(
        'update audit.chained set (xid, seq) = (select xid, seq from audit.log order by seq desc limit 1)',
      );
      return null;
    },
  },
  'the youngest row cut off': {
    kind: 'cut off',
    attack: async ({ pool }) => {
      await pool.query('delete from audit.log where seq = (select seq from audit.chain order by n desc limit 1)');
      await pool.query('delete from audit.chain where n = (select max(n) from audit.chain)');
      return null;
    },
  },
  'a row changed and the whole chain computed anew': {
    kind: 'rewritten',
    attack: async (trail, n) => {
      const seq = await changing("author = 'nobody'")(trail, n);
      await rechain(trail, n);
      return seq;
    },
  },
};

test('an untouched trail raises no alarm, also while it grows', async () => {
  const trail = await withTrail();
  assert.deepEqual(await trail.verify(), { rows: ROWS, signed: SIGNED, flaw: null });
  await append(trail.pool, ROWS, ROWS + 30);
  assert.deepEqual(await trail.verify(), { rows: ROWS + 30, signed: SIGNED, flaw: null });
});

for (const [name, { kind, attack }] of Object.entries(ATTACKS))
  test(`${name} is found`, async () => {
    for (let time = 0; time < TIMES; time += 1) {
      const trail = await withTrail();
      const n = random(1, SIGNED - 1);
      const seq = await attack(trail, n);
      const { flaw } = await trail.verify();
      assert.deepEqual({ kind: flaw?.kind, seq: flaw?.seq }, { kind, seq }, `link ${n}, seed ${SEED}`);
    }
  });

test('a checkpoint that was altered, left out or signed by another is not believed', async () => {
  const trail = await withTrail();
  const path = checkpointPath(trail.folder);
  const whole = readFileSync(path, 'utf8');
  const [first = '', second = ''] = whole.split('\n');
  const other = await withTrail();
  for (const forged of [
    whole.replace('"to":37', '"to":38'),
    `${second}\n`,
    `${second}\n${first}\n`,
    readFileSync(checkpointPath(other.folder), 'utf8'),
    `${first.slice(0, -1)}\n${second}\n`,
  ]) {
    writeFileSync(path, forged);
    assert.equal((await trail.verify()).flaw?.kind, 'checkpoint');
  }
  // Cut off while it was written: what rests on the whole lines still stands.
  writeFileSync(path, `${first}\n${second.slice(0, 50)}`);
  assert.deepEqual(await trail.verify(), { rows: ROWS, signed: 37, flaw: null });
});

test('the signing key is for its owner only', async () => {
  const { folder } = await withTrail();
  assert.equal(statSync(join(folder, 'checkpoint-key.pem')).mode & 0o777, 0o600);
});
