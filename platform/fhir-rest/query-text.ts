// A parsed search as text, for the way to another process. JSON has no infinities, so they travel as words.
import type { Criterion, SearchQuery } from '@polyclinic/fhir/search';
import { refuse } from '@polyclinic/kit';

const INFINITE = '\u0000infinite';

export function writeQuery(query: SearchQuery): string {
  return JSON.stringify(query, (_name, value: unknown) =>
    value === Infinity ? INFINITE : value === -Infinity ? `-${INFINITE}` : value,
  );
}

const KINDS: ReadonlySet<string> = new Set<Criterion['kind']>([
  'token',
  'identifier',
  'string',
  'uri',
  'date',
  'number',
  'quantity',
  'reference',
  'composite',
  'missing',
  'id',
  'lastUpdated',
  'chain',
  'has',
  'list',
]);

/**
 * Reads what writeQuery wrote. The text comes from a process of the same release over a channel that proves it, so
 * what is checked is that it is a search at all and concerns types that live here.
 * @throws Refusal otherwise
 */
export function readQuery(text: string, local: ReadonlySet<string>): SearchQuery {
  const query = JSON.parse(text, (_name, value: unknown) =>
    value === INFINITE ? Infinity : value === `-${INFINITE}` ? -Infinity : value,
  ) as SearchQuery;
  const sound =
    Array.isArray(query.types) &&
    query.types.length > 0 &&
    query.types.every((type) => local.has(type) && (query.criteria[type] ?? []).every(({ kind }) => KINDS.has(kind)));
  if (!sound) throw refuse('value', 'this is no search of what lives here');
  return query;
}
