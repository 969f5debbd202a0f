// Numbers and quantities: precision for equality, canonical units where they convert. http://hl7.org/fhir/R4/search.html#quantity
import type { NumberValue, QuantityValue } from '@polyclinic/fhir/search';
import type { Of, Source } from './criterion.ts';
import { and, or, type Place, type Scope } from './scope.ts';
import { hasValue, idsWithValue } from './side-table.ts';

interface Sought {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The conditions that the stored range [from, to], both ends inclusive, meets a prefix. Nothing stored meets none. */
export function rangeMatches(
  scope: Scope,
  prefix: NumberValue['prefix'],
  from: string,
  to: string,
  sought: Sought,
): string {
  const bind = (number: number) => scope.binder.bind(number, 'float8');
  switch (prefix) {
    case 'eq': {
      // An exact number has no width: [100, 100) would hold nothing.
      const [low, high, value] = [bind(sought.low), bind(sought.high), bind(sought.value)];
      return `${from} >= ${low} and (${to} < ${high} or ${from} = ${value} and ${to} = ${value})`;
    }
    case 'ne': {
      const [low, high, value] = [bind(sought.low), bind(sought.high), bind(sought.value)];
      return `not (${from} >= ${low} and (${to} < ${high} or ${from} = ${value} and ${to} = ${value}))`;
    }
    case 'ap':
      return `${from} <= ${bind(sought.high)} and ${to} >= ${bind(sought.low)}`;
    // The other prefixes ignore precision: they compare with the number as written.
    case 'gt':
      return `${to} > ${bind(sought.value)}`;
    case 'lt':
      return `${from} < ${bind(sought.value)}`;
    case 'ge':
      return `${to} >= ${bind(sought.value)}`;
    case 'le':
      return `${from} <= ${bind(sought.value)}`;
    case 'sa':
      return `${from} > ${bind(sought.value)}`;
    case 'eb':
      return `${to} < ${bind(sought.value)}`;
  }
}

interface Columns {
  readonly low: string;
  readonly high: string;
  readonly systemCode: string;
  readonly code: string;
  readonly unit: string;
  /** null where the table holds no canonical units. */
  readonly canonical: { readonly low: string; readonly high: string; readonly unit: string } | null;
}

/** A searched quantity against the columns of a stored one. */
export function quantityMatches(scope: Scope, value: QuantityValue, columns: Columns): string {
  const plain = rangeMatches(scope, value.prefix, columns.low, columns.high, value);
  const hash = (one: string) => scope.binder.bind(one, 'int8');
  const { unit } = value;
  if (unit.kind === 'any') return `(${plain})`;
  if (unit.kind === 'code')
    return `(${columns.code} = ${hash(unit.code)} or ${columns.unit} = ${hash(unit.unit)}) and ${plain}`;
  const same = `${columns.systemCode} = ${hash(unit.hash)} and ${plain}`;
  if (unit.canonical === null || columns.canonical === null) return `(${same})`;
  const { low, high } = columns.canonical;
  const converted = `${columns.canonical.unit} = ${hash(unit.canonical.unit)} and ${rangeMatches(scope, value.prefix, low, high, unit.canonical)}`;
  // What converts is compared in canonical units alone: 1 g and 1000 mg must answer alike. The rest as written.
  return `(${converted} or ${columns.canonical.unit} is null and ${same})`;
}

const columnsOf = (v: string): Columns => ({
  low: `${v}.low`,
  high: `${v}.high`,
  systemCode: `${v}.system_code`,
  code: `${v}.code`,
  unit: `${v}.unit`,
  canonical: { low: `${v}.canonical_low`, high: `${v}.canonical_high`, unit: `${v}.canonical_unit` },
});

function condition(scope: Scope, criterion: Of<'number' | 'quantity'>): (v: string) => string {
  return (v) => {
    const columns = columnsOf(v);
    if (criterion.kind === 'quantity')
      return or(criterion.values.map((value) => quantityMatches(scope, value, columns)));
    return or(
      criterion.values.map(
        (value) => `(${and([rangeMatches(scope, value.prefix, columns.low, columns.high, value)])})`,
      ),
    );
  };
}

export function quantityFilter(
  scope: Scope,
  place: Place,
  alias: string,
  criterion: Of<'number' | 'quantity'>,
): string {
  return hasValue(scope, place, alias, 'quantity_value', criterion.parameter.numbers, condition(scope, criterion));
}

export function quantitySource(scope: Scope, place: Place, criterion: Of<'number' | 'quantity'>): Source {
  const sql = idsWithValue(scope, place, 'quantity_value', criterion.parameter.numbers, condition(scope, criterion));
  return { sql, exact: true };
}
