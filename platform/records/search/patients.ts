// Searches within patients' compartments: `current.patient` gives each patient's resources in order, one index scan each.
import type { Criterion, SearchQuery } from '@polyclinic/fhir/search';
import { idsIn } from './links.ts';
import { entersCompartment, isTheCompartment } from './references.ts';
import { compartmentOf, type Place, placesOf, type Scope } from './scope.ts';

export interface Patients {
  /** A placeholder when it is exactly one patient. */
  readonly one: string | null;
  /** The ids of the patients, as a select of distinct `id`. */
  readonly set: string;
  /** Whether there may be more of them than can be read one by one. */
  readonly unbounded: boolean;
  /** The criterion this answers fully, so that it need not be asked again. */
  readonly answers: Criterion | null;
}

function named(scope: Scope, ids: readonly string[], answers: Criterion | null): Patients {
  const [id, ...more] = ids;
  if (id !== undefined && more.length === 0) {
    const one = scope.binder.bind(id, 'text');
    return { one, set: `select ${one} as id`, unbounded: false, answers };
  }
  const list = scope.binder.bind(ids, 'text[]');
  return { one: null, set: `select distinct unnest(${list}) as id`, unbounded: false, answers };
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
      return named(scope, ids, isTheCompartment(model, place.type, criterion.parameter) ? criterion : null);
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
  const answers = isTheCompartment(scope.model, place.type, criterion.parameter) ? criterion : null;
  return { one: null, set: `select distinct f.id from (${selects.join(' union all ')}) f`, unbounded: true, answers };
}
