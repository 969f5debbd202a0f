// The audit service at work: what it keeps, and the appender that follows what the others write.
import type { Pool } from '@polyclinic/postgres';
import type { Records } from '@polyclinic/records';
import { followOnce, type LogFollower } from './commands/follow-logs.ts';
import { keepAccesses } from './commands/keep-events.ts';
import { runAppender } from './commands/run-appender.ts';

export interface AuditOptions extends Omit<LogFollower, 'records'> {
  readonly pool: Pool;
  readonly records: Records;
  readonly onTrouble: (error: unknown) => void;
  readonly pauseMs?: { readonly idle: number; readonly longest: number };
}

export interface Audit {
  keepAccesses(batch: Parameters<typeof keepAccesses>[1]): Promise<void>;
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

export function startAudit(options: AuditOptions): Audit {
  const appender = runAppender({
    ...options,
    async round() {
      let more = false;
      for (const source of options.sources) if (await followOnce(options, source)) more = true;
      return more;
    },
  });
  return {
    keepAccesses: (batch) => keepAccesses(options.records, batch),
    stop: () => appender.stop(),
  };
}
