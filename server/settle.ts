// Parts of transactions that were prepared here and whose coordinator never came back: asked how they ended, then ended.
import { settleInDoubt } from '@polyclinic/fhir-rest';
import type { Log } from '@polyclinic/telemetry';
import type { FhirSide } from './fhir-side.ts';

const LOOK_EVERY_MS = 30_000;

/** Looks at once and then now and then. */
export function keepSettling({ records, decisions }: FhirSide, log: Log): { stop(): void } {
  const settle = () =>
    settleInDoubt(records, decisions).then(
      (count) => count > 0 && log.warn('transactions in doubt were settled', { count }),
      (error: unknown) => log.error('transactions in doubt could not be settled', { error }),
    );
  const timer = setInterval(settle, LOOK_EVERY_MS);
  timer.unref();
  void settle();
  return { stop: () => clearInterval(timer) };
}
