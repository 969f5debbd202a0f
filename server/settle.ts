// Parts of transactions that were prepared here and whose coordinator never came back: asked how they ended, then ended.
import { decide } from '@polyclinic/gateway/contract.ts';
import type { RecordsEngine } from '@polyclinic/records';
import type { Log } from '@polyclinic/telemetry';
import { platformCaller, type Reach } from './reach.ts';

/** Longer than any transaction takes that is still under way. */
const OLDER_THAN_MS = 90_000;
const LOOK_EVERY_MS = 30_000;

/** Asks for `rollback`: the first decision stands, so a transaction that was committed is committed here too. */
export async function settleInDoubt(
  records: RecordsEngine,
  reach: Reach,
  olderThanMs = OLDER_THAN_MS,
): Promise<number> {
  const names = await records.inDoubt(olderThanMs);
  for (const name of names) {
    const { how } = await reach('gateway').call(platformCaller('settlement'), decide, { name, how: 'rollback' });
    await records.finish(name, how);
  }
  return names.length;
}

export function keepSettling(records: RecordsEngine, reach: Reach, log: Log): { stop(): void } {
  const timer = setInterval(() => {
    settleInDoubt(records, reach).then(
      (count) => count > 0 && log.warn('transactions in doubt were settled', { count }),
      (error: unknown) => log.error('transactions in doubt could not be settled', { error }),
    );
  }, LOOK_EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
