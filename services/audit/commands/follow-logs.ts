// Makes audit events of what the services wrote: reads each version log from where it stood, in batches.
import type { LogEntry } from '@polyclinic/kit';
import type { Sql } from '@polyclinic/postgres';
import type { Records } from '@polyclinic/records';
import { happeningsOfWrite } from '../events/from-log.ts';
import { APPENDER } from '../events/write-item.ts';
import { keepEvents } from './keep-events.ts';

export interface LogFollower {
  /** The services whose logs are read. */
  readonly sources: readonly string[];
  readonly tail: Records['tail'];
  /** Whether a log is in another process, where asking waits a while for something new. */
  readonly isElsewhere: (source: string) => boolean;
  /** The version before a deletion, which alone says whom it was about; null where there is none. */
  readonly contentBefore: (entry: LogEntry) => Promise<string | null>;
  readonly records: Pick<Records, 'transaction'>;
  readonly pool: Sql;
  readonly onTrouble: (error: unknown) => void;
}

const BATCH = 200;

/**
 * One batch of every log: of those here one after the other, beside the work of the house; of those elsewhere all at
 * once, since each waits. A log that can't be read now keeps none of the others waiting.
 * @returns whether there may be more at once
 */
export async function followAll(follower: LogFollower, signal: AbortSignal): Promise<boolean> {
  const follow = (source: string): Promise<boolean> =>
    followOnce(follower, source).catch((error: unknown) => {
      follower.onTrouble(error);
      return false;
    });
  const elsewhere = Promise.all(follower.sources.filter(follower.isElsewhere).map(follow));
  let more = false;
  for (const source of follower.sources)
    if (!signal.aborted && !follower.isElsewhere(source) && (await follow(source))) more = true;
  return (await unlessAborted(elsewhere, signal)).includes(true) || more;
}

/** Stopping does not wait for logs elsewhere. */
async function unlessAborted(work: Promise<readonly boolean[]>, signal: AbortSignal): Promise<readonly boolean[]> {
  if (signal.aborted) return [];
  let stop = () => {};
  const aborted = new Promise<readonly boolean[]>((resolve) => {
    stop = () => resolve([]);
    signal.addEventListener('abort', stop);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/**
 * One batch of one log. Events are kept before the position moves, and their ids come from the rows, so a crash in
 * between repeats the batch without doubling it.
 * @returns whether there may be more at once
 */
async function followOnce(follower: LogFollower, source: string): Promise<boolean> {
  const { pool, tail, records } = follower;
  const { rows } = await pool.query<{ position: string }>('select position from audit.followed where source = $1', [
    source,
  ]);
  const from = rows[0]?.position ?? '';
  const { entries, position } = await tail(source, from, BATCH);
  if (entries.length === 0) return false;
  const happenings = await Promise.all(
    entries
      .filter((entry) => !isOwnEvent(entry))
      .map(async (entry) => happeningsOfWrite(source, entry, entry.content ?? (await follower.contentBefore(entry)))),
  );
  await keepEvents(records, happenings.flat());
  await pool.query(
    `insert into audit.followed (source, position) values ($1, $2)
     on conflict (source) do update set position = excluded.position`,
    [source, position],
  );
  return entries.length === BATCH;
}

const isOwnEvent = ({ type, author }: LogEntry): boolean => type === 'AuditEvent' && author === APPENDER;
