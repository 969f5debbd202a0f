// A write that was decided: which version it becomes, when, and its finished text.
import type { Version, WriteItem } from '../types.ts';
import type { Decision, Head } from './decide.ts';

export interface PlannedWrite {
  readonly item: WriteItem;
  readonly key: string;
  readonly version: number;
  readonly operation: 'c' | 'u' | 'd';
  readonly at: number;
  readonly instant: string;
  readonly content: string | null;
  readonly fingerprint: string;
  /** Values the predecessor is found by must go first: it was live and is no longer found by the same. */
  readonly clears: boolean;
  /** Values to add: it is live and was not found by the same before. */
  readonly indexes: boolean;
}

export function planWrite(
  item: WriteItem,
  key: string,
  head: Head | null,
  decision: Extract<Decision, { kind: 'write' }>,
  now: () => Date,
): PlannedWrite {
  // A resource's time strictly increases, whatever the clocks of several machines say.
  const at = Math.max(now().getTime(), (head?.at ?? 0) + 1);
  const instant = new Date(at).toISOString();
  const { version, operation } = decision;
  const { body, index } = item;
  const content =
    body === null ? null : `${body.before}"versionId":"${version}","lastUpdated":"${instant}"${body.after}`;
  const fingerprint = index?.fingerprint ?? '0';
  const changed = operation !== 'u' || head?.fingerprint !== fingerprint;
  return {
    ...{ item, key, version, operation, at, instant, content, fingerprint },
    clears: operation !== 'c' && changed,
    indexes: index !== null && changed,
  };
}

const OPERATIONS = { c: 'create', u: 'update', d: 'delete' } as const;

/** The version a planned write became, once it has its place in the log. */
export function writtenVersion({ item, version, operation, instant, content }: PlannedWrite, seq: string): Version {
  const { key, author } = item;
  return {
    ...{ seq, clinic: key.clinic, type: key.type, id: key.id, version, author, content },
    operation: OPERATIONS[operation],
    at: instant,
  };
}
