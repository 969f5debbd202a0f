// One owner's part in a transaction Bundle, near or far: the same four steps either way.
import type { Expectation, Version } from '@polyclinic/records';

/** A write of a transaction after planning: its id is settled and its links are resolved. */
export interface PlannedWrite {
  /** The position of its entry in the Bundle. */
  readonly at: number;
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly type: string;
  readonly id: string;
  readonly expect: Expectation;
  /** The resource as JSON text; null deletes. */
  readonly resource: string | null;
}

/** A condition the plan rests on: under its lock the search must still find exactly these ids. */
export interface Guard {
  readonly at: number;
  readonly type: string;
  readonly criteria: string;
  readonly ids: readonly string[];
}

export interface WriteResult {
  readonly at: number;
  readonly kind: 'created' | 'updated' | 'deleted' | 'unchanged';
  /** What is there now; null for a delete of what never was. */
  readonly version: Version | null;
}

export interface PlannedPart {
  readonly writes: readonly PlannedWrite[];
  readonly guards: readonly Guard[];
  /** What comes into being in the whole transaction, as `Type/id`. */
  readonly alongside: readonly string[];
}

export interface Condition {
  readonly type: string;
  readonly criteria: string;
}

export interface Participant {
  /** Per condition the ids that meet it, at most two. */
  findIds(conditions: readonly Condition[]): Promise<readonly (readonly string[])[]>;
  /** Writes everything and prepares it under `name`. @throws Refusal when an entry cannot be carried out */
  prepare(name: string, part: PlannedPart): Promise<readonly WriteResult[]>;
  finish(name: string, how: 'commit' | 'rollback'): Promise<void>;
}
