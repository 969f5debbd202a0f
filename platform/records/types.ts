// What the records engine promises: the version log and its indexes, as every caller sees them.

import type { IndexEntries, SearchQuery } from '@polyclinic/fhir/search';
import type { ClinicNumber, LogEntry } from '@polyclinic/kit';

export interface Key {
  readonly clinic: ClinicNumber;
  readonly type: string;
  readonly id: string;
}

/** Whose eyes a query runs with. Compiled into every statement; there is no way to query without it. */
export interface Visibility {
  /** Sees this clinic's resources and those all clinics share (clinic 0). */
  readonly clinic: ClinicNumber;
  /** Sees only these patients' compartments, plus types outside any patient compartment; null: no such limit. */
  readonly patients: readonly string[] | null;
}

/** One version of a resource. `content` is the full JSON text with id and meta in it; null for a deletion. */
export interface Version extends Key {
  readonly seq: string;
  readonly version: number;
  readonly operation: 'create' | 'update' | 'delete';
  /** meta.lastUpdated: ISO instant, milliseconds, UTC. */
  readonly at: string;
  readonly author: string;
  readonly content: string | null;
}

/** What must be true of the current version for a write to go ahead. */
export type Expectation =
  | { readonly kind: 'any' } // create or update, whichever fits
  | { readonly kind: 'absent' } // never existed or is deleted: create
  | { readonly kind: 'version'; readonly version: number }; // If-Match

export interface WriteItem {
  readonly key: Key;
  readonly expect: Expectation;
  readonly author: string;
  /** null deletes. Else the text before and after `"versionId":"…","lastUpdated":"…"`: content = before + that + after. */
  readonly body: { readonly before: string; readonly after: string } | null;
  /** null for a delete. */
  readonly index: IndexEntries | null;
}

export type WriteOutcome =
  | { readonly kind: 'created' | 'updated' | 'deleted'; readonly version: Version }
  /** A delete of what is already gone or never was. */
  | { readonly kind: 'unchanged'; readonly version: Version | null }
  /** The expectation did not hold. `current` is what is there. */
  | { readonly kind: 'conflict'; readonly current: { readonly version: number; readonly deleted: boolean } | null };

export interface SearchPage {
  /** Matches in order. */
  readonly matches: readonly Version[];
  readonly included: readonly Version[];
  readonly total: number | null;
  readonly next: string | null;
  readonly previous: string | null;
}

export interface HistoryQuery {
  /** All of R4 that lives here when absent. */
  readonly types: readonly string[];
  readonly id: string | null;
  readonly since: string | null;
  readonly at: { readonly low: string; readonly high: string } | null;
  readonly count: number;
  readonly cursor: string | null;
}

export interface HistoryPage {
  /** Newest first. */
  readonly versions: readonly Version[];
  readonly total: number | null;
  readonly next: string | null;
}

/** Reads and writes that share one database transaction. */
export interface RecordsTransaction {
  /** Serialises whoever locks the same name, until commit; the clinic belongs into the name. */
  lock(names: readonly string[]): Promise<void>;
  read(keys: readonly Key[], visibility: Visibility): Promise<readonly (Version | null)[]>;
  search(query: SearchQuery, visibility: Visibility): Promise<SearchPage>;
  /** Many single-criterion look-ups of one type at once, as conditional references need: ids found per query, at most 2 each. */
  findIds(queries: readonly SearchQuery[], visibility: Visibility): Promise<readonly (readonly string[])[]>;
  write(items: readonly WriteItem[]): Promise<readonly WriteOutcome[]>;
}

export interface Records {
  /** The types whose log lives in this engine. */
  readonly types: ReadonlySet<string>;
  /** The latest version of each key, deletions included; null where there never was one or it can't be seen. Gathered. */
  read(keys: readonly Key[], visibility: Visibility): Promise<readonly (Version | null)[]>;
  readVersion(key: Key, version: number, visibility: Visibility): Promise<Version | null>;
  /** Gathered with other callers' writes; each item has its own outcome and none fails its neighbours. */
  write(item: WriteItem): Promise<WriteOutcome>;
  search(query: SearchQuery, visibility: Visibility): Promise<SearchPage>;
  history(query: HistoryQuery, visibility: Visibility): Promise<HistoryPage>;
  /**
   * Runs `work` in one transaction; anything it throws rolls back. After a deadlock it runs again from the start, so
   * its effects must stay inside.
   */
  transaction<T>(work: (tx: RecordsTransaction) => Promise<T>): Promise<T>;
  /** Like transaction, but prepares instead of committing (two-phase, PREPARE TRANSACTION under `name`). */
  prepare<T>(name: string, work: (tx: RecordsTransaction) => Promise<T>): Promise<T>;
  finish(name: string, how: 'commit' | 'rollback'): Promise<void>;
  /** Names of prepared transactions of this engine older than `olderThanMs`. */
  inDoubt(olderThanMs: number): Promise<readonly string[]>;
  /** Committed entries after `after` (opaque position, '' from the start), oldest first, never skipping a late commit. */
  tail(
    service: string,
    after: string,
    limit: number,
  ): Promise<{ readonly entries: readonly LogEntry[]; readonly position: string }>;
}

/** How an engine reaches what other processes own: only what search needs. All ids are of this visibility. */
export interface RemoteRecords {
  owns(type: string): boolean;
  /** Ids of `type` that meet the query, at most `limit`; more is refused as too costly. */
  ids(query: SearchQuery, visibility: Visibility, limit: number): Promise<readonly string[]>;
  /** The ids that resources of `type` meeting the query point to by `parameter`, as `Type/id`. */
  pointedTo(
    query: SearchQuery,
    parameterCode: string,
    visibility: Visibility,
    limit: number,
  ): Promise<readonly string[]>;
  /** Current versions by reference `Type/id`. */
  readMany(references: readonly string[], visibility: Visibility): Promise<readonly Version[]>;
  /** Resources of `type` that point to any of the references by the parameter (null: any). */
  pointingTo(
    type: string,
    parameterCode: string | null,
    references: readonly string[],
    visibility: Visibility,
    limit: number,
  ): Promise<readonly Version[]>;
}
