// One link of the chain: what it is computed over. https://www.rfc-editor.org/rfc/rfc6962 inspires the tree above it.
import { hash } from 'node:crypto';

/** Chains side by side: checking can go on many of them at once, and one broken link does not hide later ones. */
export const SHARDS = 16;

/** A row of the audit log as the database holds it. */
export type LogRow = readonly [
  seq: string,
  clinic: number,
  type: number,
  id: string,
  version: number,
  operation: string,
  at: string,
  author: string,
  content: string | null,
];

/** The columns of a LogRow, the same whenever they are hashed: times in UTC, whatever the session's zone. */
export const LOG_COLUMNS =
  "l.seq::text, l.clinic, l.type, l.id, l.version, l.operation::text, to_char(l.at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US'), l.author, l.content";

/** Before the first link of each chain. */
export const NOTHING_BEFORE = '0'.repeat(64);

/** The hash of a link, in hex. JSON keeps the fields apart: no two rows have the same text. */
export const linkHash = (before: string, row: LogRow): string => hash('sha256', before + JSON.stringify(row), 'hex');
