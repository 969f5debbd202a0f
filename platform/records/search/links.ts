// Chains, _has and _list: criteria on what a resource points to or is pointed at by. http://hl7.org/fhir/R4/search.html#chaining
// What is asked on the other side is asked with the same eyes: a resource that is not seen influences nothing.
import type { Criterion, ParameterUse } from '@polyclinic/fhir/search';
import { filter, type Of, type Source, source } from './criterion.ts';
import { rank } from './rank.ts';
import { entersCompartment, isTheCompartment } from './references.ts';
import {
  and,
  clinicIs,
  numbersAre,
  or,
  type Place,
  placesOf,
  type Scope,
  visible,
  withinCompartments,
} from './scope.ts';
import { FENCE, hasValue, idsWithValue } from './side-table.ts';
import { hotColumn, idsThroughGin, inColumn, isLookedUp, termsOf } from './tokens.ts';

/** The ids (some perhaps twice) of what is seen in a place and meets a criterion. */
export function idsIn(scope: Scope, place: Place, criterion: Criterion): string {
  const c = scope.alias('c');
  const limits = withinCompartments(scope, c, place.type);
  const here = [`${c}.clinic = ${place.clinic}`, `${c}.type = ${place.typeSql}`];
  if (rank(criterion) === null)
    return `select ${c}.id from ${place.schema}.current ${c} where ${and([...here, ...limits, filter(scope, place, c, criterion)])}`;
  const found = source(scope, place, criterion);
  // Most look-ups go through rows that live and die with the resource, so nothing is left to ask.
  if (found.exact && found.named === undefined && limits.length === 0) return found.sql;
  const s = scope.alias('s');
  const rest = found.exact ? [] : [filter(scope, place, c, criterion)];
  const row = and([...here, `${c}.id = ${s}.id`, ...limits, ...rest]);
  return `select ${c}.id from (${found.sql} ${FENCE}) ${s} cross join lateral (select ${c}.id from ${place.schema}.current ${c} where ${row} ${FENCE}) ${c}`;
}

export function chainFilter(scope: Scope, place: Place, alias: string, criterion: Of<'chain'>): string {
  return or(
    criterion.branches.map(({ type, criterion: inner }) => {
      const [target] = placesOf(scope, type);
      const [r, t] = [scope.alias('r'), scope.alias('t')];
      if (target === undefined)
        return knownTargets(scope, type, inner, (condition) =>
          hasValue(scope, place, alias, 'reference_value', criterion.parameter.numbers, condition),
        );
      const meets = and([
        `${t}.type = ${target.typeSql}`,
        `${t}.id = ${r}.target_id`,
        ...visible(scope, t, type),
        filter(scope, target, t, inner),
      ]);
      const points = and([
        `${r}.clinic = ${alias}.clinic`,
        `${r}.type = ${alias}.type`,
        `${r}.id = ${alias}.id`,
        numbersAre(`${r}.parameter`, criterion.parameter.numbers),
        `${r}.target_type = ${target.typeSql}`,
      ]);
      return `exists (select from ${place.schema}.reference_value ${r} where ${points} and exists (select from ${target.schema}.current ${t} where ${meets} ${FENCE}) ${FENCE})`;
    }),
  );
}

/** A chain to what lives elsewhere: its ids were asked for beforehand (remote.ts), so they are compared as they are. */
function knownTargets(
  scope: Scope,
  type: string,
  criterion: Criterion,
  compare: (condition: (v: string) => string) => string,
): string {
  if (criterion.kind !== 'id' || criterion.not)
    throw new Error(`a chain to ${type}, which is not here, was not settled`);
  const ids = scope.binder.bind(criterion.ids, 'text[]');
  return compare((v) => `${v}.target_type = ${scope.model.typeNumber(type)} and ${v}.target_id = any(${ids})`);
}

export function chainSource(scope: Scope, place: Place, criterion: Of<'chain'>): Source {
  const { numbers } = criterion.parameter;
  const selects = criterion.branches.flatMap(({ type, criterion: inner }) => {
    const targets = placesOf(scope, type);
    if (targets.length === 0)
      return [
        knownTargets(scope, type, inner, (condition) =>
          idsWithValue(scope, place, 'reference_value', numbers, condition),
        ),
      ];
    return targets.map((target) => {
      const [m, r] = [scope.alias('m'), scope.alias('r')];
      const points = and([
        `${r}.clinic = ${place.clinic}`,
        `${r}.target_type = ${target.typeSql}`,
        `${r}.target_id = ${m}.id`,
        `${r}.type = ${place.typeSql}`,
        numbersAre(`${r}.parameter`, numbers),
      ]);
      return `select ${r}.id from (${idsIn(scope, target, inner)} ${FENCE}) ${m} cross join lateral (select ${r}.id from ${place.schema}.reference_value ${r} where ${points} ${FENCE}) ${r}`;
    });
  });
  return { sql: selects.join(' union all ') || `select null::text as id where false`, exact: true };
}

/**
 * A criterion as conditions of which one must hold, each of which an index can answer alone: a single condition with
 * `or` in it would be asked row by row.
 */
function alternatives(scope: Scope, place: Place, alias: string, criterion: Criterion): readonly string[] {
  const column = criterion.kind === 'token' ? hotColumn(criterion.parameter) : null;
  if (
    criterion.kind !== 'token' ||
    column === null ||
    !isLookedUp(criterion) ||
    criterion.values.some(({ kind }) => kind === 'text')
  )
    return [filter(scope, place, alias, criterion)];
  const terms = termsOf(scope, place, criterion.values);
  if (terms === null) return [filter(scope, place, alias, criterion)];
  // Hardly any resource has such a term among several; whether any has is asked once.
  const any = `(select exists ${idsThroughGin(scope, place, (c) => `${c}.extra && ${terms.array}`)})`;
  return [inColumn(alias, column, terms), `${any} and ${alias}.extra && ${terms.array}`];
}

export function hasFilter(scope: Scope, place: Place, alias: string, criterion: Of<'has'>): string {
  const [from] = placesOf(scope, criterion.type);
  if (from === undefined) return 'false';
  const { parameter, criterion: inner } = criterion;
  if (place.type === 'Patient' && entersCompartment(scope.model, criterion.type, parameter))
    return hasOfPatient(scope, from, alias, criterion);
  const [r, t] = [scope.alias('r'), scope.alias('t')];
  const meets = and([
    `${t}.clinic = ${r}.clinic`,
    `${t}.type = ${from.typeSql}`,
    `${t}.id = ${r}.id`,
    ...withinCompartments(scope, t, criterion.type),
    filter(scope, from, t, inner),
  ]);
  const points = and([
    ...pointsTo(r, `${alias}.type`, `${alias}.id`, from, parameter),
    clinicIs(scope, `${r}.clinic`, criterion.type),
  ]);
  return `exists (select from ${from.schema}.reference_value ${r} where ${points} and exists (select from ${from.schema}.current ${t} where ${meets} ${FENCE}) ${FENCE})`;
}

const pointsTo = (r: string, targetType: string, targetId: string, from: Place, parameter: ParameterUse) => [
  `${r}.target_type = ${targetType}`,
  `${r}.target_id = ${targetId}`,
  `${r}.type = ${from.typeSql}`,
  numbersAre(`${r}.parameter`, parameter.numbers),
];

/** What points to a patient lies in that patient's compartment, so one probe of (patient, code) answers. */
function hasOfPatient(scope: Scope, from: Place, alias: string, criterion: Of<'has'>): string {
  const { schema, typeSql } = from;
  const probe = (patientIs: (t: string) => string, gate: string) => {
    const [t, r] = [scope.alias('t'), scope.alias('r')];
    const points = isTheCompartment(scope.model, criterion.type, criterion.parameter)
      ? []
      : [
          `exists (select from ${schema}.reference_value ${r} where ${and([`${r}.clinic = ${t}.clinic`, `${r}.id = ${t}.id`, ...pointsTo(r, `${alias}.type`, `${alias}.id`, from, criterion.parameter)])} ${FENCE})`,
        ];
    const row = [
      clinicIs(scope, `${t}.clinic`, criterion.type),
      `${t}.type = ${typeSql}`,
      patientIs(t),
      ...withinCompartments(scope, t, criterion.type),
    ];
    return alternatives(scope, from, t, criterion.criterion).map(
      (meets) => `${gate}exists (select from ${schema}.current ${t} where ${and([...row, meets, ...points])} ${FENCE})`,
    );
  };
  const p = scope.alias('p');
  // Hardly any resource lies in several patients' compartments; where none does, their index need not be asked.
  const several = `(select exists (select from ${schema}.current ${p} where ${clinicIs(scope, `${p}.clinic`, criterion.type)} and ${p}.type = ${typeSql} and ${p}.patients is not null)) and `;
  return or([
    ...probe((t) => `${t}.patient = ${alias}.id`, ''),
    ...probe((t) => `${t}.patients @> array[${alias}.id]`, several),
  ]);
}

export function hasSource(scope: Scope, place: Place, criterion: Of<'has'>): Source {
  const selects = placesOf(scope, criterion.type).map((from) => {
    const [m, r] = [scope.alias('m'), scope.alias('r')];
    const points = and([
      `${r}.clinic = ${from.clinic}`,
      `${r}.type = ${from.typeSql}`,
      `${r}.id = ${m}.id`,
      numbersAre(`${r}.parameter`, criterion.parameter.numbers),
      `${r}.target_type = ${place.typeSql}`,
    ]);
    return `select ${r}.target_id as id from (${idsIn(scope, from, criterion.criterion)} ${FENCE}) ${m} cross join lateral (select ${r}.target_id from ${from.schema}.reference_value ${r} where ${points} ${FENCE}) ${r}`;
  });
  return { sql: selects.join(' union all ') || 'select null::text as id where false', exact: true, named: true };
}

/** Rows by which a visible List names its entries. */
function entries(scope: Scope, criterion: Of<'list'>, more: (r: string) => readonly string[]) {
  const [list] = placesOf(scope, 'List');
  const item = scope.model.parameter('List', 'item');
  if (list === undefined || item === null) return null;
  const [r, t] = [scope.alias('r'), scope.alias('t')];
  const limits = withinCompartments(scope, t, 'List');
  const seen = and([`${t}.clinic = ${r}.clinic`, `${t}.type = ${list.typeSql}`, `${t}.id = ${r}.id`, ...limits]);
  const where = and([
    clinicIs(scope, `${r}.clinic`, 'List'),
    `${r}.type = ${list.typeSql}`,
    `${r}.id = ${scope.binder.bind(criterion.listId, 'text')}`,
    numbersAre(`${r}.parameter`, item.numbers),
    ...more(r),
    ...(limits.length === 0 ? [] : [`exists (select from ${list.schema}.current ${t} where ${seen} ${FENCE})`]),
  ]);
  return { r, sql: `${list.schema}.reference_value ${r} where ${where}` };
}

export function listFilter(scope: Scope, _place: Place, alias: string, criterion: Of<'list'>): string {
  const named = entries(scope, criterion, (r) => [`${r}.target_type = ${alias}.type`, `${r}.target_id = ${alias}.id`]);
  return named === null ? 'false' : `exists (select from ${named.sql} ${FENCE})`;
}

export function listSource(scope: Scope, place: Place, criterion: Of<'list'>): Source {
  const named = entries(scope, criterion, (r) => [`${r}.target_type = ${place.typeSql}`]);
  if (named === null) return { sql: 'select null::text as id where false', exact: true };
  return { sql: `select ${named.r}.target_id as id from ${named.sql}`, exact: true, named: true };
}
