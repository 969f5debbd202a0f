// The shape all side tables share: rows of (clinic, type, parameter, id) beside their row of `current`.
import type { ParameterNumber } from '@polyclinic/fhir/search';
import { and, numbersAre, type Place, type Scope } from './scope.ts';

type Table =
  | 'string_value'
  | 'identifier_value'
  | 'reference_value'
  | 'date_value'
  | 'quantity_value'
  | 'composite_value';

// `offset 0` keeps the planner from turning a probe into a join: with values it does not know yet it would guess how many
// rows meet the condition, and read whole tables when it guesses wrong.
export const FENCE = 'offset 0';

/** Whether the resource of row `alias` has a value that meets the condition. */
export function hasValue(
  scope: Scope,
  place: Place,
  alias: string,
  table: Table,
  numbers: readonly ParameterNumber[],
  condition: (value: string) => string,
): string {
  const v = scope.alias('v');
  const row = [`${v}.clinic = ${alias}.clinic`, `${v}.type = ${alias}.type`, `${v}.id = ${alias}.id`];
  const where = and([...row, numbersAre(`${v}.parameter`, numbers), condition(v)]);
  return `exists (select from ${place.schema}.${table} ${v} where ${where} ${FENCE})`;
}

// The order of each table's index of values. A look-up that is cut short could be read from anywhere, and a planner that takes
// matches for frequent would read the whole table to find a few; asked for in this order, they come from the index.
const INDEX_ORDER: Readonly<Record<Table, readonly string[]>> = {
  string_value: ['left(value, 200)', 'id'],
  identifier_value: ['left(value, 200)', 'id'],
  reference_value: ['id'],
  date_value: ['low', 'high', 'id'],
  quantity_value: ['low', 'high', 'id'],
  composite_value: ['second', 'low', 'id'],
};

const indexOrder = (table: Table, v: string): string =>
  INDEX_ORDER[table]
    .map((column) => (column.startsWith('left(') ? `left(${v}.value, 200)` : `${v}.${column}`))
    .join(', ');

/** The ids in a place with a value that meets the condition. */
export function idsWithValue(
  scope: Scope,
  place: Place,
  table: Table,
  numbers: readonly ParameterNumber[],
  condition: (value: string) => string,
  how: 'in order' | 'by any index' = 'in order',
): string {
  const v = scope.alias('v');
  const where = and([
    `${v}.clinic = ${place.clinic}`,
    `${v}.type = ${place.typeSql}`,
    numbersAre(`${v}.parameter`, numbers),
    condition(v),
  ]);
  const cut = place.most === undefined ? '' : ` limit ${place.most}`;
  const order = how === 'in order' ? ` order by ${indexOrder(table, v)}${cut}` : '';
  return `(select ${v}.id from ${place.schema}.${table} ${v} where ${where}${order})`;
}

/** The same for each of several searched values, given as arrays that `values` unnests under the alias `each`. */
export function idsWithValues(
  scope: Scope,
  place: Place,
  table: Table,
  numbers: readonly ParameterNumber[],
  values: string,
  condition: (value: string) => string,
  how: 'in order' | 'by any index' = 'in order',
): string {
  const found = scope.alias('f');
  const ids = idsWithValue(scope, place, table, numbers, condition, how);
  return `select ${found}.id from ${values} cross join lateral ${place.most === undefined ? `(select * from ${ids} o ${FENCE})` : ids} ${found}`;
}
