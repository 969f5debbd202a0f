// Results ordered by `_lastUpdated` are read off the log, whose index has them in that order; an index on it in `current`
// would cost every update dearly.
import { filter } from './criterion.ts';
import type { Order } from './order.ts';
import { rank } from './rank.ts';
import { rowsOf, type Wanted } from './scan.ts';
import { and, type Place, type Scope, withinCompartments } from './scope.ts';
import { FENCE } from './side-table.ts';

/** The wanted rows of a place; ordered and limited when they are read off the log. */
export function logRows(scope: Scope, place: Place, wanted: Wanted, asOf: string | null): string {
  const { order, criteria, compartment } = wanted;
  // What is looked up is few enough to be sorted.
  const walked =
    compartment === null &&
    scope.visibility.patients === null &&
    criteria.every((criterion) => (rank(criterion) ?? 100) >= 75);
  if (order === null || !walked) return rowsOf(scope, place, wanted);
  const [l, c] = [scope.alias('l'), scope.alias('c')];
  const way = order.keys[0]?.descending !== order.reversed ? 'desc' : 'asc';
  const current = and([
    `${c}.clinic = ${l}.clinic`,
    `${c}.type = ${l}.type`,
    `${c}.id = ${l}.id`,
    ...(asOf === null ? [`${c}.seq = ${l}.seq`] : []),
    ...withinCompartments(scope, c, place.type),
    ...criteria.map((criterion) => filter(scope, place, c, criterion)),
  ]);
  const versions = and([
    `${l}.clinic = ${place.clinic}`,
    `${l}.type = ${place.typeSql}`,
    ...(asOf === null ? [] : [`${l}.at <= ${asOf}`, newestThen(scope, place, l, asOf)]),
    ...start(order, l, way),
  ]);
  const columns = wanted.columns(place, c);
  const x = scope.alias('x');
  const row = `select ${columns} from ${place.schema}.current ${c} where ${current} ${FENCE}`;
  return `(select ${x}.* from ${place.schema}.log ${l} cross join lateral (${row}) ${x} where ${versions} order by ${l}.at ${way}, ${l}.id ${way} limit ${wanted.most.figure})`;
}

/** That no later version had been written when the walk began. */
function newestThen(scope: Scope, place: Place, l: string, asOf: string): string {
  const n = scope.alias('n');
  const later = `${n}.clinic = ${l}.clinic and ${n}.type = ${l}.type and ${n}.id = ${l}.id and ${n}.version > ${l}.version and ${n}.at <= ${asOf}`;
  return `not exists (select from ${place.schema}.log ${n} where ${later} ${FENCE})`;
}

function start(order: Order, l: string, way: 'asc' | 'desc'): readonly string[] {
  if (order.start === null) return [];
  const { keys, id, type, clinic } = order.start;
  const columns = order.several ? `${l}.at, ${l}.id, ${l}.type, ${l}.clinic` : `${l}.at, ${l}.id`;
  const values = order.several ? `${keys[0]}, ${id}, ${type}, ${clinic}` : `${keys[0]}, ${id}`;
  // Every version has its moment: the null of a missing value can't be here.
  return [
    `${l}.at ${way === 'desc' ? '<=' : '>='} ${keys[0]}`,
    `(${columns}) ${way === 'desc' ? '<' : '>'} (${values})`,
  ];
}
