// The version log and its indexes on PostgreSQL: write, read, search, history, transaction, tail.
import { join } from 'node:path';

export { createRecords, type RecordsEngine, type RecordsOptions } from './create-records.ts';
export { countDeadLetters, replayDeadLetters } from './readers/dead-letters.ts';
export { type Handle, type ReaderOptions, type RunningReader, runReader } from './readers/run-reader.ts';
export { canBeShared } from './search/index.ts';
export type { StoreDeclaration } from './stores.ts';
export { checkTwoPhase } from './transaction/two-phase.ts';
export type * from './types.ts';

/** The SQL that makes one service's log and indexes, run by `migrate` in that service's schema. */
export const recordsMigrations = join(import.meta.dirname, 'migrations');
