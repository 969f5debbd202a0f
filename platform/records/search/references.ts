// References: a type and an id, or a URL. http://hl7.org/fhir/R4/search.html#reference
import type { ParameterUse } from '@polyclinic/fhir/search';
import { boundedKey } from '../bounded-key.ts';
import type { Of, Source } from './criterion.ts';
import type { Place, Scope, SearchModel } from './scope.ts';
import { hasValue, idsWithValue, idsWithValues } from './side-table.ts';

/** Every (type, id) that is searched for; a bare id may be of several types. */
const pairsOf = (criterion: Of<'reference'>) =>
  criterion.values.flatMap(({ types, id }) => types.map((type) => ({ type, id: type === 0 ? boundedKey(id) : id })));

function single(scope: Scope, pair: { type: number; id: string }): (v: string) => string {
  const id = scope.binder.bind(pair.id, 'text');
  return (v) => `${v}.target_type = ${Number(pair.type)} and ${v}.target_id = ${id}`;
}

function several(scope: Scope, pairs: readonly { type: number; id: string }[]) {
  const each = scope.alias('e');
  const types = scope.binder.bind(
    pairs.map(({ type }) => type),
    'int2[]',
  );
  const ids = scope.binder.bind(
    pairs.map(({ id }) => id),
    'text[]',
  );
  return {
    values: `unnest(${types}, ${ids}) ${each}(type, id)`,
    found: (v: string) => `${v}.target_type = ${each}.type and ${v}.target_id = ${each}.id`,
  };
}

export function referenceFilter(scope: Scope, place: Place, alias: string, criterion: Of<'reference'>): string {
  const pairs = pairsOf(criterion);
  let condition: (v: string) => string;
  if (pairs.length === 1) condition = single(scope, pairs[0]!);
  else {
    const { values, found } = several(scope, pairs);
    condition = (v) => `exists (select from ${values} where ${found(v)})`;
  }
  const has = hasValue(scope, place, alias, 'reference_value', criterion.parameter.numbers, condition);
  return criterion.not ? `not ${has}` : has;
}

export function referenceSource(scope: Scope, place: Place, criterion: Of<'reference'>): Source {
  const pairs = pairsOf(criterion);
  const { numbers } = criterion.parameter;
  if (pairs.length === 1)
    return { sql: idsWithValue(scope, place, 'reference_value', numbers, single(scope, pairs[0]!)), exact: true };
  const { values, found } = several(scope, pairs);
  return { sql: idsWithValues(scope, place, 'reference_value', numbers, values, found), exact: true };
}

/**
 * Whether a reference to a patient by this parameter always puts the resource into that patient's compartment: then
 * `current.patient` finds it, in order. `patient` and `subject` name one element, of which compartments list only one.
 */
export function entersCompartment(model: SearchModel, type: string, parameter: ParameterUse): boolean {
  const listed = new Set(model.compartmentParameters('Patient', type));
  if (parameter.numbers.every((number) => listed.has(number))) return true;
  if (parameter.code !== 'patient' && parameter.code !== 'subject') return false;
  return ['patient', 'subject'].some((code) =>
    model.parameter(type, code)?.numbers.some((number) => listed.has(number)),
  );
}

/** Whether the parameter is the only way into the compartment, so that `current.patient` says it all. */
export function isTheCompartment(model: SearchModel, type: string, parameter: ParameterUse): boolean {
  const listed = model.compartmentParameters('Patient', type);
  return listed.length > 0 && listed.every((number) => parameter.numbers.includes(number));
}
