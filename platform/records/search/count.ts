// How many match. Counted only when asked for; on hot columns from the indexes alone.
import type { SearchQuery } from '@polyclinic/fhir/search';
import type { Visibility } from '../types.ts';
import { partsOf, selectPart } from './parts.ts';
import { rowsOf } from './scan.ts';
import { createScope, type SearchModel } from './scope.ts';

// Up to here an estimate is the truth; counting on would cost more than the difference is worth.
export const ESTIMATE_FROM = 10_000;

export interface CompiledCount {
  readonly text: string;
  readonly values: readonly unknown[];
}

/** @param upTo stops counting there; null counts all. null when nothing of what is searched lives here. */
export function compileCount(
  model: SearchModel,
  query: SearchQuery,
  visibility: Visibility,
  upTo: number | null,
): CompiledCount | null {
  const matches = compileMatches(model, query, visibility);
  if (matches === null) return null;
  const { values } = matches;
  if (upTo === null) return { text: `select count(*)::float8 from (${matches.text}) m`, values };
  return { text: `select count(*)::float8 from (select from (${matches.text}) m limit ${upTo + 1}) n`, values };
}

/** The matches as rows without order, for counting them or for the planner's guess. */
export function compileMatches(model: SearchModel, query: SearchQuery, visibility: Visibility): CompiledCount | null {
  const scope = createScope(model, visibility);
  const wanted = {
    compartment: query.compartment,
    columns: () => '1 as one',
    order: null,
    most: { figure: 0, placeholder: '' },
  };
  const parts = partsOf(scope, query);
  if (parts.length === 0) return null;
  const selects = parts.map((part) =>
    selectPart(scope, part, (place, alike) => rowsOf(scope, place, { ...wanted, criteria: part.criteria, alike })),
  );
  return { text: selects.join(' union all '), values: scope.binder.values };
}
