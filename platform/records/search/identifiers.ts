// Identifiers: `system|value`, `value`, `system|`, `|value` and :of-type. http://hl7.org/fhir/R4/search.html#token
import type { IdentifierValue } from '@polyclinic/fhir/search';
import type { Of, Source } from './criterion.ts';
import { indexedPart } from './prefix.ts';
import { and, or, type Place, type Scope } from './scope.ts';
import { hasValue, idsWithValue, idsWithValues } from './side-table.ts';

/** The shape of a searched identifier; values of one shape are compared together. */
export const shapeOf = ({ system, value, ofType }: IdentifierValue): string =>
  `${system === undefined ? '' : 's'}${value === undefined ? '' : 'v'}${ofType === undefined ? '' : 't'}`;

export function identifierCondition(
  v: string,
  shape: string,
  value: string,
  start: string,
  system: string,
  ofType: string,
): string {
  const parts: string[] = [];
  if (shape.includes('v')) parts.push(`left(${v}.value, 200) = ${start}`, `${v}.value = ${value}`);
  if (shape.includes('s')) parts.push(`${v}.system = ${system}`);
  if (shape.includes('t')) parts.push(`${v}.types @> array[${ofType}]`);
  return and(parts);
}

function single(scope: Scope, shape: string, given: IdentifierValue): (v: string) => string {
  const bind = (text: string | undefined) => (text === undefined ? '' : scope.binder.bind(text, 'text'));
  const value = bind(given.value);
  const start = bind(given.value === undefined ? undefined : indexedPart(given.value));
  const [system, ofType] = [bind(given.system), bind(given.ofType)];
  return (v) => identifierCondition(v, shape, value, start, system, ofType);
}

function several(scope: Scope, shape: string, given: readonly IdentifierValue[]) {
  const each = scope.alias('e');
  const list = (texts: readonly (string | null)[]) => scope.binder.bind(texts, 'text[]');
  const values = [
    list(given.map((one) => one.value ?? null)),
    list(given.map((one) => (one.value === undefined ? null : indexedPart(one.value)))),
    list(given.map((one) => one.system ?? null)),
    list(given.map((one) => one.ofType ?? null)),
  ];
  return {
    values: `unnest(${values.join(', ')}) ${each}(value, start, system, oftype)`,
    found: (v: string) =>
      identifierCondition(v, shape, `${each}.value`, `${each}.start`, `${each}.system`, `${each}.oftype`),
  };
}

export function identifierFilter(scope: Scope, place: Place, alias: string, criterion: Of<'identifier'>): string {
  const shapes = Object.entries(Object.groupBy(criterion.values, shapeOf));
  const conditions = shapes.map(([shape, given = []]): ((v: string) => string) => {
    if (given.length === 1) return single(scope, shape, given[0]!);
    const { values, found } = several(scope, shape, given);
    return (v) => `exists (select from ${values} where ${found(v)})`;
  });
  const any = (v: string) => or(conditions.map((one) => one(v)));
  const has = hasValue(scope, place, alias, 'identifier_value', criterion.parameter.numbers, any);
  return criterion.not ? `not ${has}` : has;
}

export function identifierSource(scope: Scope, place: Place, criterion: Of<'identifier'>): Source {
  const { numbers } = criterion.parameter;
  const shapes = Object.entries(Object.groupBy(criterion.values, shapeOf));
  const selects = shapes.map(([shape, given = []]) => {
    if (given.length === 1)
      return idsWithValue(scope, place, 'identifier_value', numbers, single(scope, shape, given[0]!));
    const { values, found } = several(scope, shape, given);
    return idsWithValues(scope, place, 'identifier_value', numbers, values, found);
  });
  return { sql: selects.join(' union all '), exact: true };
}
