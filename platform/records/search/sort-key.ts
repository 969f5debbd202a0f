// What one `_sort` key compares: the least of several values going up, the greatest going down; a missing value is last.
// http://hl7.org/fhir/R4/search.html#_sort
import type { ParameterUse, Sort } from '@polyclinic/fhir/search';
import { refuse } from '@polyclinic/kit';
import { and, numbersAre, type Place, type Scope } from './scope.ts';
import { FENCE } from './side-table.ts';

export interface SortKey {
  readonly descending: boolean;
  readonly cast: 'timestamptz' | 'text' | 'float8';
  /** Whether it can be null. */
  readonly nullable: boolean;
  /** The value for the row `alias` of `current`. */
  value(scope: Scope, place: Place, alias: string): string;
}

const rowOf = (v: string, alias: string) => [
  `${v}.clinic = ${alias}.clinic`,
  `${v}.type = ${alias}.type`,
  `${v}.id = ${alias}.id`,
];

/** The key for a sort; the parameter of each searched type is looked up by its code. */
export function sortKey(sort: Sort, asOf: string | null): SortKey {
  const { by, descending } = sort;
  if (by === '_id')
    return { descending, cast: 'text', nullable: false, value: (_scope, _place, alias) => `${alias}.id` };
  if (by === '_lastUpdated') return { descending, cast: 'timestamptz', nullable: true, value: lastUpdatedAsOf(asOf) };
  return {
    descending,
    cast: castOf(by),
    nullable: true,
    value: (scope, place, alias) =>
      parameterValue(scope, place, alias, scope.model.parameter(place.type, by.code) ?? by, descending),
  };
}

/**
 * When the version that was current as the walk began was written. A resource written again since keeps its place in the
 * walk, so that it is met once; one that came into being since has none.
 */
function lastUpdatedAsOf(asOf: string | null): SortKey['value'] {
  return (scope, place, alias) => {
    const l = scope.alias('l');
    if (asOf === null) return `(select ${l}.at from ${place.schema}.log ${l} where ${l}.seq = ${alias}.seq)`;
    return `(select ${l}.at from ${place.schema}.log ${l} where ${and(rowOf(l, alias))} and ${l}.at <= ${asOf} order by ${l}.version desc limit 1)`;
  };
}

function castOf(parameter: ParameterUse): SortKey['cast'] {
  if (parameter.type === 'date') return 'timestamptz';
  if (parameter.type === 'number' || parameter.type === 'quantity') return 'float8';
  if (parameter.type === 'composite')
    throw refuse('not-supported', `_sort by the composite parameter ${parameter.code} is not supported`, {
      status: 400,
    });
  return 'text';
}

function parameterValue(
  scope: Scope,
  place: Place,
  alias: string,
  parameter: ParameterUse,
  descending: boolean,
): string {
  const pick = descending ? 'max' : 'min';
  const of = (table: string, column: (v: string) => string) => {
    const v = scope.alias('v');
    const where = and([...rowOf(v, alias), numbersAre(`${v}.parameter`, parameter.numbers)]);
    return `(select ${pick}(${column(v)}) from ${place.schema}.${table} ${v} where ${where} ${FENCE})`;
  };
  switch (parameter.storage.in) {
    case 'date':
      return `nullif(${alias}.date, '-infinity')`;
    case 'dates':
      return of('date_value', (v) => `${v}.low`);
    case 'strings':
      return of('string_value', (v) => `left(${v}.value, 200)`);
    case 'identifiers':
      return of('identifier_value', (v) => `left(${v}.value, 200)`);
    case 'references':
      return of('reference_value', (v) => `${v}.target_id`);
    case 'quantities':
      return of('quantity_value', (v) =>
        descending ? `coalesce(${v}.canonical_high, ${v}.high)` : `coalesce(${v}.canonical_low, ${v}.low)`,
      );
    case 'code':
    case 'category':
      return tokenValue(
        scope,
        place,
        parameter,
        pick,
        `coalesce(${alias}.extra, '{}') || ${alias}.${parameter.storage.in}`,
      );
    case 'terms':
      return tokenValue(scope, place, parameter, pick, `${alias}.terms`);
    case 'composites':
      return 'null::text';
  }
}

/** Terms are hashes; XOR the parameter's hash they are tokens, and the dictionary knows their codes. */
function tokenValue(scope: Scope, place: Place, parameter: ParameterUse, pick: string, terms: string): string {
  const [u, p, t] = [scope.alias('u'), scope.alias('p'), scope.alias('t')];
  const parameters = scope.binder.bind(parameter.numbers.map(scope.model.parameterHash), 'int8[]');
  return `(select ${pick}(${t}.code) from unnest(${terms}) ${u}(h), unnest(${parameters}) ${p}(h), ${place.schema}.token_seen ${t} where ${t}.hash = ${u}.h # ${p}.h ${FENCE})`;
}
