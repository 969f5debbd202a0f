// Searches within patients' compartments: `current.patient` gives each patient's resources in order, one index scan each.
import type { Criterion, ParameterUse, SearchQuery } from '@polyclinic/fhir/search';
import { idsIn } from './links.ts';
import { entersCompartment, isTheCompartment } from './references.ts';
import { and, compartmentOf, numbersAre, type Place, placesOf, type Scope } from './scope.ts';
import { FENCE } from './side-table.ts';

export interface Patients {
  /** A placeholder when it is exactly one patient. */
  readonly one: string | null;
  /** The ids of the patients, as a select of distinct `id`. */
  readonly set: string;
  /** Whether there may be more of them than can be read one by one. */
  readonly unbounded: boolean;
  /** The criterion that `current.patient` being one of them answers, so that it need not be asked again. */
  readonly answers: Criterion | null;
  /** What is left to ask of a row `alias` then: whether it is this reference that led into the compartment. */
  check(place: Place, alias: string): readonly string[];
}

const NOTHING_LEFT = () => [];

/** Whether a resource in a patient's compartment is there by this parameter; one probe of the index by target. */
function checkFor(scope: Scope, place: Place, parameter: ParameterUse): Patients['check'] {
  if (isTheCompartment(scope.model, place.type, parameter)) return NOTHING_LEFT;
  const others = BigInt.asIntN(64, scope.model.otherWaysIn('Patient', place.type, parameter.numbers));
  return ({ schema }, alias) => {
    const r = scope.alias('r');
    const where = and([
      `${r}.clinic = ${alias}.clinic`,
      `${r}.target_type = ${scope.model.typeNumber('Patient')}`,
      `${r}.target_id = ${alias}.patient`,
      `${r}.type = ${alias}.type`,
      numbersAre(`${r}.parameter`, parameter.numbers),
      `${r}.id = ${alias}.id`,
    ]);
    // Where no other parameter has a value, this one led here.
    return [
      `(${alias}.present & (${others})::bigint = 0 or exists (select from ${schema}.reference_value ${r} where ${where} ${FENCE}))`,
    ];
  };
}

function named(
  scope: Scope,
  ids: readonly string[],
  answers: Criterion | null,
  check: Patients['check'] = NOTHING_LEFT,
): Patients {
  const [id, ...more] = ids;
  if (id !== undefined && more.length === 0) {
    const one = scope.binder.bind(id, 'text');
    return { one, set: `select ${one} as id`, unbounded: false, answers, check };
  }
  const list = scope.binder.bind(ids, 'text[]');
  return { one: null, set: `select distinct unnest(${list}) as id`, unbounded: false, answers, check };
}

/** The patients whose compartments a search on a type keeps to; null when it keeps to none that can be told beforehand. */
export function patientsOf(
  scope: Scope,
  place: Place,
  criteria: readonly Criterion[],
  compartment: SearchQuery['compartment'],
  alike: boolean,
): Patients | null {
  const { model, visibility } = scope;
  if (compartmentOf(model, place.type) !== 'inside') return null;
  if (compartment?.type === 'Patient') return named(scope, [compartment.id], null);
  // Where several types are walked alike, the parameters of one do not speak for the others.
  if (!alike)
    for (const criterion of criteria) {
      const ids = namedPatients(scope, place, criterion);
      if (ids === null || criterion.kind !== 'reference') continue;
      return named(scope, ids, criterion, checkFor(scope, place, criterion.parameter));
    }
  if (visibility.patients !== null) return named(scope, visibility.patients, null);
  if (!alike) for (const criterion of criteria) if (criterion.kind === 'chain') return chained(scope, place, criterion);
  return null;
}

function namedPatients(scope: Scope, place: Place, criterion: Criterion): readonly string[] | null {
  if (criterion.kind !== 'reference' || criterion.not) return null;
  if (!entersCompartment(scope.model, place.type, criterion.parameter)) return null;
  const patient = scope.model.typeNumber('Patient');
  const allPatients = criterion.values.every(({ types }) => types.length === 1 && types[0] === patient);
  return allPatients && criterion.values.length > 0 ? criterion.values.map(({ id }) => id) : null;
}

function chained(scope: Scope, place: Place, criterion: Extract<Criterion, { kind: 'chain' }>): Patients | null {
  const [branch, ...more] = criterion.branches;
  if (branch?.type !== 'Patient' || more.length > 0 || !entersCompartment(scope.model, place.type, criterion.parameter))
    return null;
  const selects = placesOf(scope, 'Patient').map((target) => idsIn(scope, target, branch.criterion));
  if (selects.length === 0) return null;
  const check = checkFor(scope, place, criterion.parameter);
  return {
    one: null,
    set: `select distinct f.id from (${selects.join(' union all ')}) f`,
    unbounded: true,
    answers: criterion,
    check,
  };
}
