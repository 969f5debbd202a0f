// Follows a service's log for somebody who reacts to it: in order, each entry once for effects in the database, by one
// process at a time. An entry that keeps failing is set aside together with the later ones of its resource; all other
// resources go on.
import type { LogEntry } from '@polyclinic/kit';
import { type Pool, type Sql, transaction } from '@polyclinic/postgres';
import type { Records } from '../types.ts';
import { isParked, park, type ReaderName, readerTables } from './dead-letters.ts';

/** An effect on the reading service's own tables goes through `sql`, so that it commits together with the position. */
export type Handle = (entry: LogEntry, sql: Sql) => Promise<void>;

export interface ReaderOptions extends ReaderName {
  readonly pool: Pool;
  /** The schema of the service that reads. */
  readonly schema: string;
  /** The log read: a local engine's `tail` or another process's. */
  readonly tail: Records['tail'];
  /** Which entries concern the reader; the others are passed over. All when absent. */
  readonly wants?: (entry: LogEntry) => boolean;
  readonly handle: Handle;
  /** Told of every failure; `parked` when the entry was set aside. */
  readonly onTrouble: (error: unknown, entry: LogEntry | null, parked: boolean) => void;
  /** Waits between looks: tests make them short. */
  readonly pauseMs?: { readonly idle: number; readonly longest: number; readonly failed: number };
}

export interface RunningReader {
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

// Entries handled in one transaction: few, because all of them are repeated when one fails.
const BATCH = 20;
const TRIES = 5;
const PAUSES = { idle: 200, longest: 1_000, failed: 200 };

/** Starts following; several processes may start the same reader, one of them at a time reads. */
export function runReader(options: ReaderOptions): RunningReader {
  const pauses = options.pauseMs ?? PAUSES;
  const stopping = new AbortController();
  const progress: Progress = { position: null, tries: 0 };

  async function follow(): Promise<void> {
    let wait = pauses.idle;
    while (!stopping.signal.aborted) {
      try {
        const moved = await step(options, progress);
        wait = moved ? 0 : Math.min(Math.max(wait * 1.5, pauses.idle), pauses.longest);
      } catch (error) {
        // The log, the database or the network, not an entry: they come back.
        options.onTrouble(error, null, false);
        progress.position = null;
        wait = pauses.longest;
      }
      if (progress.tries > 0) wait = pauses.failed * 2 ** (progress.tries - 1);
      if (wait > 0) await pause(wait, stopping.signal);
    }
  }

  const following = follow();
  return {
    async stop() {
      stopping.abort();
      await following;
    },
  };
}

interface Progress {
  /** Where this process thinks the reader is; null when it must look. */
  position: string | null;
  /** How often the entry at the position has failed. */
  tries: number;
}

// Returns whether there may be more at once.
async function step(options: ReaderOptions, progress: Progress): Promise<boolean> {
  const { pool, reader, source, tail } = options;
  const tables = readerTables(options.schema);
  if (progress.position === null) {
    await pool.query(`insert into ${tables.position} (reader, source) values ($1, $2) on conflict do nothing`, [
      reader,
      source,
    ]);
    const { rows } = await pool.query<{ position: string }>(
      `select position from ${tables.position} where reader = $1 and source = $2`,
      [reader, source],
    );
    progress.position = rows[0]?.position ?? '';
  }
  // After a failure one at a time, so that the culprit stands alone.
  const from = progress.position;
  const { entries, position } = await tail(source, from, progress.tries === 0 ? BATCH : 1);
  if (entries.length === 0) return false;
  let current: LogEntry | null = null;
  try {
    const found = await transaction(pool, async (sql) => {
      const { rows } = await sql.query<{ position: string }>(
        `select position from ${tables.position} where reader = $1 and source = $2 for update skip locked`,
        [reader, source],
      );
      const stored = rows[0]?.position;
      if (stored !== from) return { stored };
      for (const entry of entries) {
        if (options.wants !== undefined && !options.wants(entry)) continue;
        current = entry;
        if (await isParked(sql, options, entry)) await park(sql, options, entry, 'waits for an earlier entry');
        else await options.handle(entry, sql);
      }
      current = null;
      await moveTo(sql, options, position);
      return { stored: position };
    });
    progress.position = found.stored ?? from;
    progress.tries = 0;
    // Without the row another process is reading: let it.
    return found.stored !== undefined;
  } catch (error) {
    if (current === null) throw error;
    // A batch that failed was not the entry's own attempt yet.
    progress.tries += 1;
    const last = entries.length === 1 && progress.tries >= TRIES;
    options.onTrouble(error, current, last);
    if (!last) return true;
    const failed: LogEntry = current;
    await transaction(pool, async (sql) => {
      await park(sql, options, failed, reasonOf(error));
      await moveTo(sql, options, position);
    });
    progress.position = position;
    progress.tries = 0;
    return true;
  }
}

async function moveTo(sql: Sql, { schema, reader, source }: ReaderOptions, position: string): Promise<void> {
  await sql.query(
    `update ${readerTables(schema).position} set position = $3, moved_at = now() where reader = $1 and source = $2`,
    [reader, source, position],
  );
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error ? `${error.name} ${String(error.code)}` : error.name;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
