// The audit service at work: what it keeps, and the appender that follows what the others write.

import type { Subject } from '@polyclinic/kit';
import type { Pool } from '@polyclinic/postgres';
import type { Records } from '@polyclinic/records';
import { appendLinks } from './chain/append-links.ts';
import { createCheckpointKeeper } from './chain/keep-checkpoints.ts';
import { followAll, type LogFollower } from './commands/follow-logs.ts';
import { keepAccesses } from './commands/keep-events.ts';
import { runAppender } from './commands/run-appender.ts';
import { type MyAccessesParts, myAccesses } from './queries/my-accesses.ts';

export interface AuditOptions extends Omit<LogFollower, 'records'>, Pick<MyAccessesParts, 'namesOf'> {
  readonly pool: Pool;
  readonly records: Records;
  /** Where checkpoints and their key are kept, apart from the database. */
  readonly folder: string;
  readonly now: () => Date;
  readonly pauseMs?: { readonly idle: number; readonly longest: number };
}

export interface Audit {
  keepAccesses(batch: Parameters<typeof keepAccesses>[1]): Promise<void>;
  myAccesses(subject: Subject, page: { cursor?: string; count: number }): ReturnType<typeof myAccesses>;
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

export function startAudit(options: AuditOptions): Audit {
  const { pool, folder, now } = options;
  const checkpoints = createCheckpointKeeper(pool, folder);
  const appender = runAppender({
    ...options,
    async round(signal) {
      let more = await followAll(options, signal);
      if (signal.aborted) return false;
      if (await appendLinks(pool)) more = true;
      if (await checkpoints.keep(now())) more = true;
      return more;
    },
  });
  return {
    keepAccesses: (batch) => keepAccesses(options.records, batch),
    myAccesses: (subject, page) => myAccesses(options, subject, page),
    stop: () => appender.stop(),
  };
}
