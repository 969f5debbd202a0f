// What is searched by on the record itself: `_id`, `_lastUpdated` and `:missing`. http://hl7.org/fhir/R4/search.html#id
import type { Of, Source } from './criterion.ts';
import { pointMatches } from './dates.ts';
import { or, type Place, type Scope } from './scope.ts';
import { FENCE } from './side-table.ts';

export function idFilter(scope: Scope, alias: string, criterion: Of<'id'>): string {
  const is = `${alias}.id = any(${scope.binder.bind(criterion.ids, 'text[]')})`;
  return criterion.not ? `not (${is})` : is;
}

export function idSource(scope: Scope, criterion: Of<'id'>): Source {
  const each = scope.alias('e');
  return {
    sql: `select ${each}.id from unnest(${scope.binder.bind(criterion.ids, 'text[]')}) ${each}(id)`,
    exact: true,
    named: true,
  };
}

/** When a row was written stands in the log alone: an index on it here would cost every update dearly. */
export function lastUpdatedFilter(scope: Scope, place: Place, alias: string, criterion: Of<'lastUpdated'>): string {
  const l = scope.alias('l');
  const when = or(criterion.values.map((value) => pointMatches(scope, `${l}.at`, value)));
  return `exists (select from ${place.schema}.log ${l} where ${l}.seq = ${alias}.seq and ${when} ${FENCE})`;
}

/** Versions written then; older ones among them are no longer current, so the filter still has to be asked. */
export function lastUpdatedSource(scope: Scope, place: Place, criterion: Of<'lastUpdated'>): Source {
  const l = scope.alias('l');
  const when = or(criterion.values.map((value) => pointMatches(scope, `${l}.at`, value)));
  const sql = `select ${l}.id from ${place.schema}.log ${l} where ${l}.clinic = ${place.clinic} and ${l}.type = ${place.typeSql} and ${when} order by ${l}.at, ${l}.seq`;
  return { sql: `(${sql})`, exact: false };
}

/** One bit says whether the resource has a value for the parameter. */
export function missingFilter(alias: string, criterion: Of<'missing'>): string {
  const mask = BigInt.asIntN(64, 1n << BigInt(criterion.bit));
  return `${alias}.present & (${mask})::bigint ${criterion.missing ? '=' : '<>'} 0`;
}
