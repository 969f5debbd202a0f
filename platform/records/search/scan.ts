// How the rows of one type are found. PostgreSQL keeps one plan for a statement whatever its values turn out to be, so a plan
// must never rest on a guess of how many rows meet a criterion. Each strategy here therefore either walks an index in the
// order of the result, or looks up a bounded number of ids, counts them, and only then decides, in the same statement.
import type { Criterion, SearchQuery } from '@polyclinic/fhir/search';
import { filter, source } from './criterion.ts';
import { type Order, segments } from './order.ts';
import { type Patients, patientsOf } from './patients.ts';
import { rank, TERMS } from './rank.ts';
import { and, type Place, type Scope, withinCompartments } from './scope.ts';
import { FENCE } from './side-table.ts';
import { hotColumn, idsThroughGin, inColumn, isLookedUp, termsOf } from './tokens.ts';

/** What is wanted of the rows found. */
export interface Wanted {
  readonly criteria: readonly Criterion[];
  readonly compartment: SearchQuery['compartment'];
  /** The columns of a row `alias` of `current`. */
  columns(place: Place, alias: string): string;
  /** null: all rows, in no order. */
  readonly order: Order | null;
  /** At most this many are needed, as the planner's figure and as the exact placeholder; unused without an order. */
  readonly most: { readonly figure: number; readonly placeholder: string };
  /** Whether the place stands for several types that are walked alike. */
  readonly alike: boolean;
}

// Looking up this many ids and sorting them costs a few milliseconds; when more meet a criterion, walking the result in order
// meets them often enough.
const FEW_IDS = 1_000;
// Each patient is an index scan of its own.
const FEW_PATIENTS = 200;
// Terms that many resources carry show up this near the start of the walk.
const NEAR = 200;

interface Search extends Wanted {
  readonly scope: Scope;
  readonly place: Place;
}

/** A select of the wanted rows; with an order each of its parts is limited, and the whole still has to be merged. */
export function rowsOf(scope: Scope, place: Place, wanted: Wanted): string {
  const search: Search = { ...wanted, scope, place };
  const ranked = wanted.criteria
    .map((criterion) => ({ criterion, rank: rank(criterion) }))
    .filter((one): one is { criterion: Criterion; rank: number } => one.rank !== null)
    .sort((a, b) => a.rank - b.rank);
  const [best] = ranked;
  // Identifiers and ids find fewer than even a patient's compartment holds.
  if (best !== undefined && best.rank <= 15) return lookUp(search, best.criterion);
  const patients = patientsOf(scope, place, wanted.criteria, wanted.compartment, wanted.alike);
  if (patients !== null) return ofPatients(search, patients);
  if (best !== undefined && best.rank < TERMS) return lookUp(search, best.criterion);
  const hot = hotCriterion(wanted.criteria);
  if (hot !== null) return hotRows(search, hot, [], []);
  if (best?.criterion.kind === 'token') return termRows(search);
  if (best !== undefined) return lookUp(search, best.criterion);
  return walk(search, [], [], []);
}

const here = ({ scope, place, compartment }: Search, c: string): readonly string[] => {
  const conditions = [
    `${c}.clinic = ${place.clinic}`,
    `${c}.type = ${place.typeSql}`,
    ...withinCompartments(scope, c, place.type),
  ];
  if (compartment?.type !== 'Patient' || place.type === 'Patient') return conditions;
  const patient = scope.binder.bind(compartment.id, 'text');
  return [...conditions, `(${c}.patient = ${patient} or ${c}.patients @> array[${patient}])`];
};

const filters = (
  { scope, place, criteria }: Search,
  c: string,
  answered: readonly (Criterion | null)[],
): readonly string[] =>
  criteria.filter((criterion) => !answered.includes(criterion)).map((criterion) => filter(scope, place, c, criterion));

/** Something that a scan is repeated for, as an item of `from`, and the equality it gives the scan. */
interface Each {
  readonly from: string | null;
  condition(c: string): string;
}

/** Rows by a b-tree whose equalities `each` gives, read in the order of the result. */
function walk(
  search: Search,
  each: readonly Each[],
  conditions: readonly ((c: string) => string)[],
  answered: readonly (Criterion | null)[],
): string {
  const { scope, place, order, most } = search;
  const loops = each.flatMap(({ from }) => from ?? []);
  const parts = (order?.walk == null ? [null] : segments(order, 'c')).map((segment) => {
    const where = and([
      ...here(search, 'c'),
      ...each.map((one) => one.condition('c')),
      ...(segment?.where ?? []),
      ...conditions.map((condition) => condition('c')),
      ...filters(search, 'c', answered),
    ]);
    const end = segment === null ? (loops.length > 0 ? FENCE : '') : `order by ${segment.orderBy} limit ${most.figure}`;
    const select = `select ${search.columns(place, 'c')} from ${place.schema}.current c where ${where} ${end}`;
    if (loops.length === 0) return `(${select})`;
    const x = scope.alias('x');
    return `(select ${x}.* from ${loops.join(' cross join ')} cross join lateral (${select}) ${x})`;
  });
  return parts.join(' union all ');
}

/** The same rows by another index, sorted: the order is written so that no b-tree can be mistaken for giving it. */
function sorted(
  search: Search,
  conditions: readonly ((c: string) => string)[],
  answered: readonly (Criterion | null)[],
): string {
  const { place, order, most } = search;
  const parts = (order?.walk == null ? [null] : segments(order, 'c')).map((segment) => {
    const where = and([
      ...here(search, 'c'),
      ...conditions.map((condition) => condition('c')),
      ...(segment?.where ?? []),
      ...filters(search, 'c', answered),
    ]);
    const end =
      segment === null
        ? ''
        : `order by ${segment.orderBy.replace('c.date', `c.date + interval '0'`)} limit ${most.figure}`;
    return `(select ${search.columns(place, 'c')} from ${place.schema}.current c where ${where} ${end})`;
  });
  return parts.join(' union all ');
}

/** Rows by their ids. */
function byIds(
  search: Search,
  ids: string,
  answered: readonly (Criterion | null)[],
  conditions: readonly string[],
): string {
  const { place, order, scope } = search;
  const part = (segment: readonly string[]) => {
    const i = scope.alias('i');
    const x = scope.alias('x');
    const where = and([...here(search, 'c'), `c.id = ${i}.id`, ...segment, ...filters(search, 'c', answered)]);
    const from = `(select distinct d.id from (${ids}) d${conditions.length > 0 ? ` where ${and(conditions)}` : ''}) ${i}`;
    return `(select ${x}.* from ${from} cross join lateral (select ${search.columns(place, 'c')} from ${place.schema}.current c where ${where} ${FENCE}) ${x})`;
  };
  if (order?.walk == null) return part([]);
  return segments(order, 'c')
    .map((segment) => part(segment.where))
    .join(' union all ');
}

/** Begins with the ids that meet one criterion; where they are many, walks the result and asks row by row. */
function lookUp(search: Search, criterion: Criterion): string {
  const { scope, place, order } = search;
  // What points here may be very much, all of it about the same few; when much of the result is met, its start shows it.
  if (criterion.kind === 'has' && order?.walk === 'dateDescending')
    return nearFirst(search, (far) => fewOrMany(search, criterion, [far]));
  // Nothing is gained by walking where the order needs every row, and what a request names itself is bounded.
  if (order?.walk != null && criterion.kind !== 'id') return fewOrMany(search, criterion, []);
  const found = source(scope, place, criterion);
  return byIds(search, found.sql, found.exact ? [criterion] : [], []);
}

function fewOrMany(search: Search, criterion: Criterion, gate: readonly string[]): string {
  const hot = hotCriterion(search.criteria);
  return fewOr(search, criterion, gate, (many) =>
    hot === null ? walk(search, [], [() => many], []) : hotRows(search, hot, [], [() => many]),
  );
}

/** Rows by the ids that meet one criterion while they are few; else what `otherwise` gives under a condition. */
function fewOr(
  search: Search,
  criterion: Criterion,
  gate: readonly string[],
  otherwise: (condition: string) => string,
): string {
  const { scope, place } = search;
  const found = source(scope, { ...place, most: FEW_IDS + 1 }, criterion);
  const k = scope.alias('k');
  const few = `(select count(*) from ${k}) <= ${FEW_IDS}`;
  const start = gate.length === 0 ? '' : ` where ${and(gate)}`;
  const ids = byIds(search, `select id from ${k}`, found.exact ? [criterion] : [], [few]);
  const many = otherwise(`(select count(*) from ${k}) > ${FEW_IDS}`);
  return `(with ${k} as materialized (select s.id from (${found.sql}) s${start} limit ${FEW_IDS + 1}) ${ids} union all ${many})`;
}

/** For an order of its own: sorts the few that meet a criterion, or else walks under the conditions given. */
export const fewOrWalk = (
  scope: Scope,
  place: Place,
  wanted: Wanted,
  criterion: Criterion,
  walkUnder: (conditions: readonly string[]) => string,
): string => fewOr({ ...wanted, scope, place }, criterion, [], (condition) => walkUnder([condition]));

/** The token criterion with a column of its own that tends to leave fewest. */
function hotCriterion(criteria: readonly Criterion[]): Extract<Criterion, { kind: 'token' }> | null {
  const hot = criteria.filter(
    (one): one is Extract<Criterion, { kind: 'token' }> =>
      one.kind === 'token' &&
      hotColumn(one.parameter) !== null &&
      isLookedUp(one) &&
      one.values.every(({ kind }) => kind !== 'text'),
  );
  return hot.find(({ parameter }) => parameter.storage.in === 'code') ?? hot[0] ?? null;
}

/** Rows with a term in its hot column, in order, and the few that have several values there. */
function hotRows(
  search: Search,
  criterion: Extract<Criterion, { kind: 'token' }>,
  each: readonly Each[],
  conditions: readonly ((c: string) => string)[],
  answered: readonly (Criterion | null)[] = [],
): string {
  const { scope, place, order } = search;
  const column = hotColumn(criterion.parameter);
  const terms = termsOf(scope, place, criterion.values);
  if (column === null || terms === null) return walk(search, each, conditions, answered);
  const h = scope.alias('h');
  const equality: Each =
    terms.one === null
      ? { from: `(${terms.set}) ${h}`, condition: (c) => `${c}.${column} = ${h}.h` }
      : { from: null, condition: (c) => `${c}.${column} = ${terms.one}` };
  const done = [...answered, criterion];
  const ordered = walk(search, [...each, equality], conditions, done);
  const elsewhere = (c: string) => `${c}.extra && ${terms.array} and (${inColumn(c, column, terms)}) is not true`;
  if (each.length > 0) return `${ordered} union all ${walk(search, each, [...conditions, elsewhere], done)}`;
  if (order?.walk == null) return `${ordered} union all ${sorted(search, [...conditions, elsewhere], done)}`;
  const k = scope.alias('k');
  const some = `select id from ${idsThroughGin(scope, place, elsewhere)} s limit ${FEW_IDS + 1}`;
  const few = `(select count(*) from ${k}) <= ${FEW_IDS}`;
  const many = () => `(select count(*) from ${k}) > ${FEW_IDS}`;
  const gate = conditions.map((condition) => condition('c'));
  return `${ordered} union all (with ${k} as materialized (${some}) ${byIds(search, `select id from ${k}`, done, [few, ...gate])} union all ${walk(search, [], [...conditions, many, elsewhere], done)})`;
}

/** Rows by terms of the long tail: near the start of the walk when many carry them, else through their index. */
function termRows(search: Search): string {
  if (search.order?.walk !== 'dateDescending') return sorted(search, [], []);
  return nearFirst(search, (far) => sorted(search, [() => far], []));
}

/** Asks the first rows of the walk; `otherwise` is run, under the condition given to it, when too few of them match. */
function nearFirst(search: Search, otherwise: (condition: string) => string): string {
  const { scope, place, order, most } = search;
  const [segment] = order === null ? [] : segments(order, 'c');
  const [near, n] = [scope.alias('near'), scope.alias('n')];
  const start = and([...here(search, 'c'), ...(segment?.where ?? [])]);
  const first = `select c.* from ${place.schema}.current c where ${start} order by ${segment?.orderBy} limit ${NEAR}`;
  const enough = `(select count(*) from ${near}) >= ${most.placeholder}`;
  const tooFew = `(select count(*) from ${near}) < ${most.placeholder}`;
  return `(with ${near} as materialized (select ${search.columns(place, n)} from (${first}) ${n} where ${and(filters(search, n, []))}) select ${near}.* from ${near} where ${enough} union all ${otherwise(tooFew)})`;
}

/** Rows of patients' compartments, patient by patient. */
function ofPatients(search: Search, patients: Patients): string {
  const { scope, place, order } = search;
  const hot = hotCriterion(search.criteria);
  const answered = [patients.answers];
  const p = scope.alias('p');
  const gated = patients.unbounded && order?.walk != null;
  const set = gated ? `select id from ${p}` : patients.set;
  const e = scope.alias('e');
  const few = gated ? [() => `(select count(*) from ${p}) <= ${FEW_PATIENTS}`] : [];
  const each: Each =
    patients.one === null
      ? { from: `(${set}) ${e}(id)`, condition: (c) => `${c}.patient = ${e}.id` }
      : { from: null, condition: (c) => `${c}.patient = ${patients.one}` };
  const theirOwn = [...few, (c: string) => and(patients.check(place, c))];
  const single =
    hot === null ? walk(search, [each], theirOwn, answered) : hotRows(search, hot, [each], theirOwn, answered);
  // Hardly any resource lies in several patients' compartments; where none of the type does, their index is not asked.
  const s = scope.alias('s');
  const any = `(select exists (select from ${place.schema}.current ${s} where ${s}.clinic = ${place.clinic} and ${s}.type = ${place.typeSql} and ${s}.patients is not null))`;
  const theirs = (c: string) =>
    patients.one === null ? `${c}.patients && array(${set})` : `${c}.patients @> array[${patients.one}]`;
  const several = sorted(search, [...few, () => any, theirs], []);
  const parts = `${single} union all ${several}`;
  if (!gated) return parts;
  const many = () => `(select count(*) from ${p}) > ${FEW_PATIENTS}`;
  const walked = hot === null ? walk(search, [], [many], []) : hotRows(search, hot, [], [many]);
  return `(with ${p}(id) as materialized (select * from (${patients.set}) d limit ${FEW_PATIENTS + 1}) ${parts} union all ${walked})`;
}
