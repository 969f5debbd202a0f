// The order of a result and the place in it where a page begins. The order is total (ties fall to the id), and a page begins
// strictly after the sort values of a row, so that no row is met twice or left out while others write.
import type { SearchQuery, Sort } from '@polyclinic/fhir/search';
import { refuse } from '@polyclinic/kit';
import type { Cursor } from './cursor.ts';
import type { Part } from './parts.ts';
import type { Scope } from './scope.ts';
import { type SortKey, sortKey } from './sort-key.ts';

export interface Order {
  readonly keys: readonly SortKey[];
  /** The direction in which ids (then types, then clinics) break ties. */
  readonly tieDescending: boolean;
  /** Whether the page is read backwards, towards `previous`. */
  readonly reversed: boolean;
  /** Set when the b-trees of `current` give this very order: by clinical date, then id. */
  readonly walk: 'dateDescending' | 'dateAscending' | null;
  /** Set when the log's index gives it: by when a resource was last written. */
  readonly walkLog: boolean;
  /** Set when the index of string values gives it: the number of the one parameter that is sorted by. */
  readonly walkStrings: number | null;
  /** Where the page begins: placeholders for the keys (null: the value is missing), the id, type and clinic. */
  readonly start: {
    readonly keys: readonly (string | null)[];
    readonly id: string;
    readonly type: string;
    readonly clinic: string;
  } | null;
  /** Whether rows of several types or clinics are merged, so that an id alone may not be unique. */
  readonly several: boolean;
}

const CLINICAL_DATE: SortKey = {
  descending: true,
  cast: 'timestamptz',
  nullable: false,
  value: (_scope, _place, alias) => `${alias}.date`,
};

// More keys than anybody reads by; each costs a look-up per row.
const MOST_KEYS = 6;

export function createOrder(
  scope: Scope,
  query: SearchQuery,
  cursor: Cursor | null,
  asOf: string | null,
  several: boolean,
  parts: readonly Part[],
): Order {
  const { sort } = query;
  if (sort.length > MOST_KEYS) throw refuse('too-costly', `_sort takes at most ${MOST_KEYS} keys`, { status: 400 });
  const keys = sort.length === 0 ? [CLINICAL_DATE] : sort.map((one) => sortKey(one, asOf));
  const [first] = sort;
  const byDate =
    sort.length === 1 && typeof first?.by === 'object' && parts.every((part) => isClinicalDate(scope, part, first.by));
  const walk = sort.length === 0 || (byDate && first.descending) ? 'dateDescending' : byDate ? 'dateAscending' : null;
  return {
    // Where the date is missing it is the very first moment, which going down is last already.
    keys: walk === 'dateDescending' ? [CLINICAL_DATE] : keys,
    tieDescending: keys.at(-1)!.descending,
    reversed: cursor?.towards === 'previous',
    walk,
    walkStrings: stringNumber(scope, sort, parts),
    walkLog: sort.length === 1 && first?.by === '_lastUpdated',
    start: cursor === null ? null : startOf(scope, keys, cursor, several),
    several,
  };
}

/** Whether a parameter is the clinical date of every type of a part. */
function isClinicalDate(scope: Scope, part: Part, by: Sort['by']): boolean {
  if (typeof by === 'string') return false;
  return part.types.every((type) => (scope.model.parameter(type, by.code) ?? by).storage.in === 'date');
}

/** The number of the string parameter that alone is sorted by, on a single type. */
function stringNumber(scope: Scope, sort: SearchQuery['sort'], parts: readonly Part[]): number | null {
  const [only, ...more] = sort;
  const [part, ...others] = parts;
  if (only === undefined || typeof only.by === 'string' || more.length > 0) return null;
  if (part === undefined || others.length > 0 || part.types.length > 1 || part.places.length > 1) return null;
  const { storage, numbers } = scope.model.parameter(part.types[0]!, only.by.code) ?? only.by;
  return storage.in === 'strings' && numbers.length === 1 ? numbers[0]! : null;
}

function startOf(scope: Scope, keys: readonly SortKey[], cursor: Cursor, several: boolean): Order['start'] {
  const { bind } = scope.binder;
  const [id, type, clinic] = cursor.keys.slice(keys.length);
  return {
    keys: keys.map((key, at) => {
      const value = cursor.keys[at] ?? null;
      return value === null ? null : bind(value, key.cast);
    }),
    id: bind(id, 'text'),
    type: several ? bind(type, 'int2') : '',
    clinic: several ? bind(clinic, 'int4') : '',
  };
}

const direction = (order: Order, descending: boolean) => (descending !== order.reversed ? 'desc' : 'asc');

/** The order by the columns k1, k2, ... of rows `x`. */
export function orderBy(order: Order, x: string): string {
  const nulls = order.reversed ? ' nulls first' : ' nulls last';
  const keys = order.keys.map(
    (key, at) => `${x}.k${at + 1} ${direction(order, key.descending)}${key.nullable ? nulls : ''}`,
  );
  const tie = direction(order, order.tieDescending);
  const ties = order.several ? ['id', 'type', 'clinic'] : ['id'];
  return [...keys, ...ties.map((column) => `${x}.${column} ${tie}`)].join(', ');
}

/** That rows `x` with columns k1, k2, ... come after the start of the page; null on the first page. */
export function afterStart(order: Order, x: string): string | null {
  const { start } = order;
  if (start === null) return null;
  const after = (descending: boolean) => (descending !== order.reversed ? '<' : '>');
  const sign = after(order.tieDescending);
  const tie = order.several
    ? `(${x}.id, ${x}.type, ${x}.clinic) ${sign} (${start.id}, ${start.type}, ${start.clinic})`
    : `${x}.id ${sign} ${start.id}`;
  return order.keys.reduceRight((rest, key, at) => {
    const column = `${x}.k${at + 1}`;
    const value = start.keys[at] ?? null;
    // Missing values are last, so read backwards they are first.
    if (value === null)
      return order.reversed ? `(${column} is not null or ${rest})` : `(${column} is null and ${rest})`;
    const beyond = `${column} ${after(key.descending)} ${value}`;
    const missing = key.nullable && !order.reversed ? ` or ${column} is null` : '';
    return `(${beyond}${missing} or (${column} = ${value} and ${rest}))`;
  }, tie);
}

/** A stretch of `current` that its b-trees give in order, and how. */
export interface Segment {
  readonly where: readonly string[];
  readonly orderBy: string;
}

/** The stretches of rows `alias` of `current` that together, each read in order, hold a page of a walk by date. */
export function segments(order: Order, alias: string): readonly Segment[] {
  const down = (order.walk === 'dateDescending') !== order.reversed;
  const way = down ? 'desc' : 'asc';
  const sign = down ? '<' : '>';
  const byDate = `${alias}.date ${way}, ${alias}.id ${way}`;
  const { start } = order;
  const ties = order.several && start !== null;
  const columns = ties ? `${alias}.id, ${alias}.type, ${alias}.clinic` : `${alias}.id`;
  const values = start === null ? '' : ties ? `${start.id}, ${start.type}, ${start.clinic}` : start.id;
  const date = start?.keys[0] ?? null;
  const beyond = `(${alias}.date, ${columns}) ${sign} (${date}, ${values})`;
  if (order.walk === 'dateDescending') return [{ where: start === null ? [] : [beyond], orderBy: byDate }];
  // Going up, what has no date comes last, though it is stored as the very first moment.
  const dated = [`${alias}.date > '-infinity'`];
  const undated = [`${alias}.date = '-infinity'`];
  const parts: Segment[] = [];
  if (start === null || date !== null || order.reversed)
    parts.push({ where: start === null || date === null ? dated : [...dated, beyond], orderBy: byDate });
  if (start === null || date === null || !order.reversed)
    parts.push({
      where: start === null || date !== null ? undated : [...undated, `(${columns}) ${sign} (${values})`],
      orderBy: byDate,
    });
  return parts;
}
