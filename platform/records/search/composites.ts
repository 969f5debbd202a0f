// Composites: values that belong together inside one element. http://hl7.org/fhir/R4/search.html#composite
import type { CompositeValue, TokenValue } from '@polyclinic/fhir/search';
import type { Of, Source } from './criterion.ts';
import { spanMatches } from './dates.ts';
import { quantityMatches, rangeMatches } from './quantities.ts';
import { and, or, type Place, type Scope } from './scope.ts';
import { hasValue, idsWithValue, idsWithValues } from './side-table.ts';
import { ofKind, ofSystem, termsOf } from './tokens.ts';

function isToken(scope: Scope, place: Place, column: string, value: TokenValue): string {
  const terms = termsOf(scope, place, [value]);
  if (terms !== null) return terms.one === null ? `${column} = any(${terms.array})` : `${column} = ${terms.one}`;
  return ofSystem(scope, place, `array[${column}]`, ofKind([value], 'system'));
}

function secondIs(scope: Scope, place: Place, v: string, second: CompositeValue['second']): string {
  switch (second.kind) {
    case 'token':
      return isToken(scope, place, `${v}.second`, second.value);
    case 'hash':
      return `${v}.second = ${scope.binder.bind(second.hash, 'int8')}`;
    case 'number':
      return rangeMatches(scope, second.value.prefix, `${v}.low`, `${v}.high`, second.value);
    case 'quantity':
      return quantityMatches(scope, second.value, {
        low: `${v}.low`,
        high: `${v}.high`,
        systemCode: `${v}.system_code`,
        code: `${v}.code`,
        unit: `${v}.unit`,
        canonical: null,
      });
    case 'date': {
      // Dates stand here as seconds since 1970.
      const seconds = (instant: string) => scope.binder.bind(Date.parse(instant) / 1000, 'float8');
      const uses = spanMatches(second.value.prefix, '', '', { low: 'LOW', high: 'HIGH' }).join();
      const low = uses.includes('LOW') ? seconds(second.value.low) : '';
      const high = uses.includes('HIGH') ? seconds(second.value.high) : '';
      return and(spanMatches(second.value.prefix, `${v}.low`, `${v}.high`, { low, high }));
    }
  }
}

/** What a value asks of a row beyond its first component. */
function rest(scope: Scope, place: Place, v: string, { second, third }: CompositeValue): string {
  const parts = [secondIs(scope, place, v, second)];
  if (third !== undefined) parts.push(rangeMatches(scope, third.prefix, `${v}.low2`, `${v}.high2`, third));
  return and(parts);
}

export function compositeFilter(scope: Scope, place: Place, alias: string, criterion: Of<'composite'>): string {
  const { numbers } = criterion.parameter;
  const condition = (v: string) =>
    or(
      criterion.values.map(
        (value) => `(${isToken(scope, place, `${v}.first`, value.first)} and ${rest(scope, place, v, value)})`,
      ),
    );
  return hasValue(scope, place, alias, 'composite_value', numbers, condition);
}

/** One look-up per term of the first component: the index begins with it. */
export function compositeSource(scope: Scope, place: Place, criterion: Of<'composite'>): Source {
  const { numbers } = criterion.parameter;
  const selects = criterion.values.map((value) => {
    const terms = termsOf(scope, place, [value.first]);
    const only = (first: (v: string) => string) => (v: string) => `${first(v)} and ${rest(scope, place, v, value)}`;
    if (terms === null)
      return idsWithValue(
        scope,
        place,
        'composite_value',
        numbers,
        only((v) => isToken(scope, place, `${v}.first`, value.first)),
      );
    const { one } = terms;
    if (one !== null)
      return idsWithValue(
        scope,
        place,
        'composite_value',
        numbers,
        only((v) => `${v}.first = ${one}`),
      );
    const h = scope.alias('h');
    return idsWithValues(
      scope,
      place,
      'composite_value',
      numbers,
      `(${terms.set}) ${h}`,
      only((v) => `${v}.first = ${h}.h`),
    );
  });
  return { sql: selects.join(' union all '), exact: true };
}
