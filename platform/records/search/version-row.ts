// A version as statements select it: columns in a fixed order, content as text that nobody here parses.
import type { Version } from '../types.ts';
import type { SearchModel } from './scope.ts';

export type VersionRow = readonly [
  seq: string,
  clinic: number,
  type: number,
  id: string,
  version: number,
  operation: string,
  at: number,
  author: string,
  content: string | null,
];

const OPERATIONS: Readonly<Record<string, Version['operation']>> = { c: 'create', u: 'update', d: 'delete' };

/** The columns of VersionRow from a row `l` of the log. */
export const versionColumns = (l: string): string =>
  `${l}.seq, ${l}.clinic, ${l}.type, ${l}.id, ${l}.version, ${l}.operation, extract(epoch from ${l}.at)::float8 as at, ${l}.author, ${l}.content`;

export function versionOf(model: SearchModel, row: VersionRow): Version {
  const [seq, clinic, type, id, version, operation, at, author, content] = row;
  return {
    seq,
    clinic,
    type: model.typeName(type),
    id,
    version,
    operation: OPERATIONS[operation] ?? 'update',
    at: new Date(Math.round(at * 1000)).toISOString(),
    author,
    content,
  };
}
