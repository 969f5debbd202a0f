// A row of the log as it comes back from PostgreSQL, and the Version it stands for.

import { instantOf } from '../instant.ts';
import { nameOf, type Store } from '../stores.ts';
import type { Version } from '../types.ts';

/** In the order of VERSION_COLUMNS. */
export type VersionRow = readonly [
  seq: string,
  clinic: number,
  type: number,
  id: string,
  version: number,
  operation: 'c' | 'u' | 'd',
  at: string,
  author: string,
  content: string | null,
];

/** The columns of a version, by the log's alias. */
export const versionColumns = (l: string): string =>
  `${l}.seq, ${l}.clinic, ${l}.type, ${l}.id, ${l}.version, ${l}.operation::text, ${l}.at::text, ${l}.author, ${l}.content`;

const OPERATIONS = { c: 'create', u: 'update', d: 'delete' } as const;

export function versionOf(store: Store, row: VersionRow): Version {
  return {
    seq: row[0],
    clinic: row[1],
    type: nameOf(store, row[2]),
    id: row[3],
    version: row[4],
    operation: OPERATIONS[row[5]],
    at: instantOf(row[6]),
    author: row[7],
    content: row[8],
  };
}
