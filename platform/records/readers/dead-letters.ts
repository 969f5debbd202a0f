// Log entries a reader could not digest: set aside, counted, and tried again when somebody says so.
import type { LogEntry } from '@polyclinic/kit';
import { type Pool, type Sql, transaction } from '@polyclinic/postgres';

export interface ReaderName {
  readonly reader: string;
  /** The service whose log is read. */
  readonly source: string;
}

interface InSchema extends ReaderName {
  readonly schema: string;
}

/** The tables of migration 0002, qualified. @throws Error for a schema that is no plain identifier */
export function readerTables(schema: string): { readonly position: string; readonly deadLetter: string } {
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(schema)) throw new Error(`${schema} can't be the name of a schema`);
  return { position: `"${schema}".reader_position`, deadLetter: `"${schema}".dead_letter` };
}

/** Whether an earlier entry of the same resource is set aside. */
export async function isParked(sql: Sql, { schema, reader, source }: InSchema, entry: LogEntry): Promise<boolean> {
  const { rows } = await sql.query({
    text: `select from ${readerTables(schema).deadLetter}
           where reader = $1 and source = $2 and clinic = $3 and type = $4 and id = $5 and settled_at is null limit 1`,
    values: [reader, source, entry.clinic, entry.type, entry.id],
  });
  return rows.length > 0;
}

export async function park(
  sql: Sql,
  { schema, reader, source }: InSchema,
  entry: LogEntry,
  reason: string,
): Promise<void> {
  await sql.query({
    text: `insert into ${readerTables(schema).deadLetter} (reader, source, seq, clinic, type, id, entry, reason)
           values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing`,
    values: [reader, source, entry.seq, entry.clinic, entry.type, entry.id, JSON.stringify(entry), reason],
  });
}

/** How many entries each reader of a service has set aside. */
export async function countDeadLetters(
  sql: Sql,
  schema: string,
): Promise<readonly { readonly reader: string; readonly source: string; readonly parked: number }[]> {
  const { rows } = await sql.query<{ reader: string; source: string; parked: number }>(
    `select reader, source, count(*)::int4 as parked from ${readerTables(schema).deadLetter}
     where settled_at is null group by reader, source order by reader, source limit 1000`,
  );
  return rows;
}

// One call handles so many; the caller asks again while some are left.
const REPLAYED = 1_000;

/** Handles what is set aside again, oldest first, and stops at the first failure. @returns how many succeeded */
export async function replayDeadLetters(
  pool: Pool,
  name: InSchema,
  handle: (entry: LogEntry, sql: Sql) => Promise<void>,
): Promise<number> {
  const { deadLetter } = readerTables(name.schema);
  let settled = 0;
  for (; settled < REPLAYED; settled++) {
    const done = await transaction(pool, async (sql) => {
      const { rows } = await sql.query<{ seq: string; entry: string }>({
        text: `select seq, entry from ${deadLetter} where reader = $1 and source = $2 and settled_at is null
               order by parked_at, seq limit 1 for update`,
        values: [name.reader, name.source],
      });
      const [next] = rows;
      if (next === undefined) return false;
      await handle(JSON.parse(next.entry) as LogEntry, sql);
      await sql.query({
        text: `update ${deadLetter} set settled_at = now() where reader = $1 and source = $2 and seq = $3`,
        values: [name.reader, name.source, next.seq],
      });
      return true;
    });
    if (!done) break;
  }
  return settled;
}
