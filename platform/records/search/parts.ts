// A search over several types falls into parts: types of one schema for which it asks the very same are walked alike.
import type { Criterion, SearchQuery } from '@polyclinic/fhir/search';
import { canBeShared, compartmentOf, type Place, placesOf, type Scope, type SearchModel } from './scope.ts';

export interface Part {
  readonly places: readonly Place[];
  /** The types walked alike; exactly one where `typeSql` of the places is its number. */
  readonly types: readonly string[];
  readonly criteria: readonly Criterion[];
}

/** What a type is asked, its place in the compartment included; null where it can have no match. */
export function criteriaOf(model: SearchModel, query: SearchQuery, type: string): readonly Criterion[] | null {
  const asked = query.criteria[type] ?? [];
  const { compartment } = query;
  if (compartment === null) return asked;
  if (type === compartment.type) return [{ kind: 'id', not: false, ids: [compartment.id] }, ...asked];
  // Patients' compartments have columns of their own.
  if (compartment.type === 'Patient') return compartmentOf(model, type) === 'inside' ? asked : null;
  const numbers = model.compartmentParameters(compartment.type, type);
  if (numbers.length === 0) return null;
  const values = [{ types: [model.typeNumber(compartment.type)], id: compartment.id }];
  const parameter = {
    code: compartment.type,
    type: 'reference' as const,
    numbers,
    storage: { in: 'references' as const },
    targets: [compartment.type],
  };
  return [{ kind: 'reference', parameter, not: false, values }, ...asked];
}

/** The parts of a search that live here. */
export function partsOf(scope: Scope, query: SearchQuery): readonly Part[] {
  const { model } = scope;
  if (query.types.length === 1) {
    const [type] = query.types as [string];
    const criteria = criteriaOf(model, query, type);
    const places = placesOf(scope, type);
    return criteria === null || places.length === 0 ? [] : [{ places, types: [type], criteria }];
  }
  const alike = new Map<string, { types: string[]; criteria: readonly Criterion[] }>();
  for (const type of query.types) {
    const schema = model.schemaOf(type);
    const criteria = criteriaOf(model, query, type);
    if (schema === null || criteria === null) continue;
    const sorts = query.sort.map(({ by }) =>
      typeof by === 'string' ? by : (model.parameter(type, by.code) ?? 'none'),
    );
    const key = JSON.stringify(
      [schema, criteria, sorts, compartmentOf(model, type), canBeShared(type)],
      (name, value) => (name === 'targets' ? undefined : value),
    );
    const known = alike.get(key);
    if (known === undefined) alike.set(key, { types: [type], criteria });
    else known.types.push(type);
  }
  return [...alike.values()].map(({ types, criteria }) => {
    const places = placesOf(scope, types[0]!);
    return {
      types,
      criteria,
      places: types.length === 1 ? places : places.map((place) => ({ ...place, typeSql: 'g.type' })),
    };
  });
}

/** A part as a select: `rows` for each of its clinics, and for each of its types in turn. */
export function selectPart(scope: Scope, part: Part, rows: (place: Place, alike: boolean) => string): string {
  const alike = part.types.length > 1;
  const selects = part.places.map((place) => {
    const select = rows(place, alike);
    if (!alike) return select;
    const types = part.types.map((type) => Number(scope.model.typeNumber(type))).join(', ');
    return `(select x.* from unnest(array[${types}]::int2[]) g(type) cross join lateral (${select}) x)`;
  });
  return selects.join(' union all ');
}
