// Dates and their prefixes: a date is a span, and so is what is searched for. http://hl7.org/fhir/R4/search.html#prefix
// Stored spans [from, to] hold both their ends; searched spans [low, high) hold only the first.
import type { DateValue } from '@polyclinic/fhir/search';
import type { Of, Source } from './criterion.ts';
import { and, or, type Place, type Scope } from './scope.ts';
import { hasValue, idsWithValue } from './side-table.ts';

interface Bounds {
  readonly low: string;
  readonly high: string;
}

/** The conditions that the stored span [from, to] meets a prefix; the first ones are ranges of `from` for an index. */
export function spanMatches(
  prefix: DateValue['prefix'],
  from: string,
  to: string,
  { low, high }: Bounds,
): readonly string[] {
  switch (prefix) {
    case 'eq':
      return [`${from} >= ${low}`, `${from} < ${high}`, `${to} < ${high}`];
    case 'ne':
      return [`(${from} < ${low} or ${to} >= ${high})`];
    case 'gt':
      return [`${to} >= ${high}`];
    case 'lt':
      return [`${from} < ${low}`];
    case 'ge':
      return [`(${from} >= ${low} or ${to} >= ${high})`];
    case 'le':
      return [`${from} < ${high}`, `(${from} < ${low} or ${to} < ${high})`];
    case 'sa':
      return [`${from} >= ${high}`];
    case 'eb':
      return [`${from} < ${low}`, `${to} < ${low}`];
    case 'ap':
      return [`${from} < ${high}`, `${to} >= ${low}`];
  }
}

/** Only the bounds a prefix compares with are bound: PostgreSQL can't tell the type of a value nobody uses. */
function bounds(scope: Scope, value: DateValue): Bounds {
  const uses = spanMatches(value.prefix, '', '', { low: 'LOW', high: 'HIGH' }).join();
  const bind = (name: string, instant: string) =>
    uses.includes(name) ? scope.binder.bind(instant, 'timestamptz') : '';
  return { low: bind('LOW', value.low), high: bind('HIGH', value.high) };
}

const matches = (scope: Scope, value: DateValue, from: string, to: string): string =>
  and(spanMatches(value.prefix, from, to, bounds(scope, value)));

/** A date that is one instant, as `_lastUpdated` is. */
export const pointMatches = (scope: Scope, column: string, value: DateValue): string =>
  `(${matches(scope, value, column, column)})`;

const oneOf = (scope: Scope, criterion: Of<'date'>, from: string, to: string): string =>
  or(criterion.values.map((value) => `(${matches(scope, value, from, to)})`));

/**
 * A bound on where a span that ends at or after a moment begins, for the indexes, which know only beginnings: a day before,
 * unless something that lasts longer reaches that moment.
 */
function beginsAfter(scope: Scope, place: Place, from: string, moment: string): string {
  const c = scope.alias('c');
  const lasting = and([
    `${c}.clinic = ${place.clinic}`,
    `${c}.type = ${place.typeSql}`,
    `(${c}.date_end at time zone 'UTC') > (${c}.date at time zone 'UTC') + interval '1 day'`,
    `(${c}.date > '-infinity' or ${c}.date_end < 'infinity')`,
    `${c}.date_end >= ${moment}`,
  ]);
  return `${from} >= (select case when exists (select from ${place.schema}.current ${c} where ${lasting}) then '-infinity' else ${moment} - interval '1 day' end)`;
}

/** The moment before which nothing that meets the prefix ends; null where there is none. */
const endsNotBefore = ({ prefix, low, high }: DateValue): string | null =>
  prefix === 'gt' ? high : prefix === 'ge' || prefix === 'ap' ? low : null;

export function dateFilter(scope: Scope, place: Place, alias: string, criterion: Of<'date'>): string {
  const { storage, numbers } = criterion.parameter;
  if (storage.in === 'date') {
    const [value, ...more] = criterion.values;
    const from = `${alias}.date`;
    const to = `${alias}.date_end`;
    // A resource without the date stands as the whole of time, which would come after and before everything.
    const dated = `(${from} > '-infinity' or ${to} < 'infinity')`;
    if (value === undefined || more.length > 0) return `${oneOf(scope, criterion, from, to)} and ${dated}`;
    const met = matches(scope, value, from, to);
    if (value.prefix === 'eq' || value.prefix === 'sa' || value.prefix === 'eb') return met;
    const moment = endsNotBefore(value);
    if (moment === null) return `${met} and ${dated}`;
    return `${met} and ${dated} and ${beginsAfter(scope, place, from, scope.binder.bind(moment, 'timestamptz'))}`;
  }
  return hasValue(scope, place, alias, 'date_value', numbers, (v) => oneOf(scope, criterion, `${v}.low`, `${v}.high`));
}

export function dateSource(scope: Scope, place: Place, criterion: Of<'date'>): Source {
  const { numbers } = criterion.parameter;
  const sql = idsWithValue(scope, place, 'date_value', numbers, (v) =>
    oneOf(scope, criterion, `${v}.low`, `${v}.high`),
  );
  return { sql, exact: true };
}
