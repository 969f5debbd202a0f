// Results ordered by one string parameter (`_sort=family`) are read off the index of its values, so that a page of a long
// list costs a page and not the list.
import type { Criterion } from '@polyclinic/fhir/search';
import { filter } from './criterion.ts';
import type { Order } from './order.ts';
import { rank } from './rank.ts';
import { fewOrWalk, rowsOf, type Wanted } from './scan.ts';
import { and, type Place, type Scope, withinCompartments } from './scope.ts';
import { FENCE } from './side-table.ts';

// Look-ups up to here find so few that sorting them is cheaper than any walk.
const SELECTIVE = 25;

/** The wanted rows of a place, for an order by the string parameter with this number. */
export function stringRows(scope: Scope, place: Place, wanted: Wanted, order: Order, parameter: number): string {
  const { criteria, compartment } = wanted;
  const ranks = criteria.map((criterion) => rank(criterion) ?? 100);
  const dated = criteria.some((criterion) => criterion.kind === 'date');
  const best = Math.min(100, ...ranks);
  if (compartment !== null || scope.visibility.patients !== null || dated || best <= SELECTIVE || wanted.alike)
    return rowsOf(scope, place, wanted);
  const walk = (conditions: readonly string[]) => walkValues(scope, place, wanted, order, parameter, conditions);
  const first = criteria[ranks.indexOf(best)];
  return best === 100 || first === undefined ? walk([]) : fewOrWalk(scope, place, wanted, first, walk);
}

/** Those with a value in its order, and after them those without. */
function walkValues(
  scope: Scope,
  place: Place,
  wanted: Wanted,
  order: Order,
  parameter: number,
  conditions: readonly string[],
): string {
  const { start } = order;
  const value = start?.keys[0] ?? null;
  // Written only where they are used: a value bound and not used is an error.
  const valued = (more: readonly string[]) =>
    withValue(scope, place, wanted, order, parameter, [...conditions, ...more]);
  const unvalued = (more: readonly string[]) =>
    withoutValue(scope, place, wanted, order, parameter, [...conditions, ...more]);
  // A page that begins beyond the last value, or before the first missing one, lies in one of the two alone.
  if (start !== null && value === null && !order.reversed) return unvalued([]);
  if (start !== null && value !== null && order.reversed) return valued([]);
  const f = scope.alias('first');
  const tooFew = `(select count(*) from ${f}) < ${wanted.most.placeholder}`;
  const [first, second] = order.reversed ? [unvalued, valued] : [valued, unvalued];
  return `(with ${f} as materialized (${first([])}) select ${f}.* from ${f} union all ${second([tooFew])})`;
}

const filters = (scope: Scope, place: Place, c: string, criteria: readonly Criterion[]) => [
  ...withinCompartments(scope, c, place.type),
  ...criteria.map((criterion) => filter(scope, place, c, criterion)),
];

function withValue(
  scope: Scope,
  place: Place,
  wanted: Wanted,
  order: Order,
  parameter: number,
  conditions: readonly string[],
): string {
  const [s, o, c, x] = [scope.alias('s'), scope.alias('o'), scope.alias('c'), scope.alias('x')];
  const descending = order.keys[0]?.descending ?? false;
  const way = descending !== order.reversed ? 'desc' : 'asc';
  const value = order.start?.keys[0] ?? null;
  const beyond =
    order.start === null || value === null
      ? []
      : [`(left(${s}.value, 200), ${s}.id) ${way === 'desc' ? '<' : '>'} (${value}, ${order.start.id})`];
  // Of several values a resource is placed by one: the least going up, the greatest going down.
  const other = and([
    `${o}.clinic = ${s}.clinic`,
    `${o}.type = ${s}.type`,
    `${o}.id = ${s}.id`,
    `${o}.parameter = ${s}.parameter`,
    `(left(${o}.value, 200), ${o}.ctid) ${descending ? '>' : '<'} (left(${s}.value, 200), ${s}.ctid)`,
  ]);
  const values = and([
    `${s}.clinic = ${place.clinic}`,
    `${s}.type = ${place.typeSql}`,
    `${s}.parameter = ${parameter}`,
    ...beyond,
    ...conditions,
    `not exists (select from ${place.schema}.string_value ${o} where ${other} ${FENCE})`,
  ]);
  const row = and([
    `${c}.clinic = ${s}.clinic`,
    `${c}.type = ${s}.type`,
    `${c}.id = ${s}.id`,
    ...filters(scope, place, c, wanted.criteria),
  ]);
  const current = `select ${wanted.columns(place, c)} from ${place.schema}.current ${c} where ${row} ${FENCE}`;
  return `(select ${x}.* from ${place.schema}.string_value ${s} cross join lateral (${current}) ${x} where ${values} order by left(${s}.value, 200) ${way}, ${s}.id ${way} limit ${wanted.most.figure})`;
}

function withoutValue(
  scope: Scope,
  place: Place,
  wanted: Wanted,
  order: Order,
  parameter: number,
  conditions: readonly string[],
): string {
  const [c, o] = [scope.alias('c'), scope.alias('o')];
  const way = order.tieDescending !== order.reversed ? 'desc' : 'asc';
  const { start } = order;
  const beyond = start === null || start.keys[0] != null ? [] : [`${c}.id ${way === 'desc' ? '<' : '>'} ${start.id}`];
  const value = `${o}.clinic = ${c}.clinic and ${o}.type = ${c}.type and ${o}.id = ${c}.id and ${o}.parameter = ${parameter}`;
  const rows = and([
    `${c}.clinic = ${place.clinic}`,
    `${c}.type = ${place.typeSql}`,
    ...beyond,
    ...conditions,
    `not exists (select from ${place.schema}.string_value ${o} where ${value} ${FENCE})`,
    ...filters(scope, place, c, wanted.criteria),
  ]);
  return `(select ${wanted.columns(place, c)} from ${place.schema}.current ${c} where ${rows} order by ${c}.id ${way} limit ${wanted.most.figure})`;
}
