// _include and _revinclude: one statement per step and schema, whatever the number of matches, with the same eyes as the
// search. http://hl7.org/fhir/R4/search.html#include

import type { Include } from '@polyclinic/fhir/search';
import { refuse } from '@polyclinic/kit';
import type { Sql } from '@polyclinic/postgres';
import type { RemoteRecords, Version, Visibility } from '../types.ts';
import type { Ask } from './ask.ts';
import { queryFor } from './remote.ts';
import { and, clinicIs, createScope, numbersAre, type Scope, type SearchModel, visible } from './scope.ts';
import { FENCE } from './side-table.ts';

import { type VersionRow, versionColumns, versionOf } from './version-row.ts';

export interface Reader {
  readonly model: SearchModel;
  readonly remote: RemoteRecords;
  readonly ask: Ask;
}

// A page with what it includes must still fit into an answer; more than this is refused, never cut.
export const MOST_INCLUDED = 5_000;
// Longer paths of references run in circles.
const DEEPEST = 8;

const keyOf = ({ type, id }: { type: string; id: string }) => `${type}/${id}`;

/** What the includes of a search add to its matches. */
export async function readIncludes(
  reader: Reader,
  sql: Sql,
  includes: readonly Include[],
  matches: readonly Version[],
  visibility: Visibility,
): Promise<readonly Version[]> {
  const known = new Set(matches.map(keyOf));
  const included: Version[] = [];
  let from = matches;
  for (let depth = 0; from.length > 0 && depth <= DEEPEST; depth += 1) {
    const steps = depth === 0 ? includes : includes.filter(({ iterate }) => iterate);
    if (steps.length === 0) return included;
    if (depth === DEEPEST)
      throw refuse('too-costly', `:iterate follows at most ${DEEPEST} references in a row; narrow it`, { status: 403 });
    const reached: Version[] = [];
    // Steps may meet the same resource; the first one brings it. An iterating step meets what the others of its round bring
    // in the next round.
    for (const step of steps)
      for (const version of await follow(reader, sql, step, from, visibility)) {
        const key = keyOf(version);
        if (known.has(key)) continue;
        known.add(key);
        reached.push(version);
        if (included.length + reached.length > MOST_INCLUDED) throw tooManyIncluded();
      }
    included.push(...reached);
    from = reached;
  }
  return included;
}

const tooManyIncluded = () =>
  refuse(
    'too-costly',
    `This page would include more than ${MOST_INCLUDED} resources; ask for a smaller _count or fewer includes`,
    { status: 403 },
  );

function follow(reader: Reader, sql: Sql, step: Include, from: readonly Version[], visibility: Visibility) {
  return step.reverse
    ? pointingHere(reader, sql, step, from, visibility)
    : pointedTo(reader, sql, step, from, visibility);
}

/** Forward: what the resources of the source type point to. */
async function pointedTo(
  reader: Reader,
  sql: Sql,
  step: Include,
  from: readonly Version[],
  visibility: Visibility,
): Promise<readonly Version[]> {
  const { model, remote } = reader;
  const sources = step.source === '*' ? from : from.filter(({ type }) => type === step.source);
  const bySchema = Object.entries(Object.groupBy(sources, ({ type }) => model.schemaOf(type) ?? ''));
  const reached: Version[] = [];
  const elsewhere = new Set<string>();
  for (const [schema, versions = []] of bySchema) {
    if (schema === '') {
      for (const reference of await referencesElsewhere(reader, step, versions, visibility)) elsewhere.add(reference);
      continue;
    }
    const scope = createScope(model, visibility);
    const text = forward(scope, schema, versions, step);
    const rows = await reader.ask<readonly unknown[]>(sql, text, scope.binder.values);
    for (const row of rows) {
      const [targetType, targetId, ...version] = row as [number, string, ...VersionRow];
      if (version[0] !== null) reached.push(versionOf(model, version));
      else if (model.schemaOf(model.typeName(targetType)) === null)
        elsewhere.add(`${model.typeName(targetType)}/${targetId}`);
    }
    if (rows.length > MOST_INCLUDED) throw tooManyIncluded();
  }
  if (elsewhere.size > MOST_INCLUDED) throw tooManyIncluded();
  const [here, there] = divide(model, [...elsewhere]);
  if (here.length > 0) reached.push(...(await readHere(reader, sql, here, visibility)));
  if (there.length > 0) reached.push(...(await remote.readMany(there, visibility)));
  return reached;
}

/** What resources of other processes point to is known there. */
async function referencesElsewhere(
  reader: Reader,
  step: Include,
  versions: readonly Version[],
  visibility: Visibility,
): Promise<readonly string[]> {
  const { model, remote } = reader;
  const references: string[] = [];
  for (const [type, some = []] of Object.entries(Object.groupBy(versions, ({ type }) => type))) {
    const query = queryFor(type, { kind: 'id', not: false, ids: some.map(({ id }) => id) });
    const codes = step.parameter === null ? model.referenceParameters(type) : [step.parameter.code];
    for (const code of codes) references.push(...(await remote.pointedTo(query, code, visibility, MOST_INCLUDED)));
  }
  return step.target === null ? references : references.filter((reference) => reference.startsWith(`${step.target}/`));
}

/** References to types that live here, and to all others. */
function divide(model: SearchModel, references: readonly string[]): readonly [readonly string[], readonly string[]] {
  const isHere = (reference: string) => model.schemaOf(reference.slice(0, reference.indexOf('/'))) !== null;
  return [references.filter(isHere), references.filter((reference) => !isHere(reference))];
}

/** Current versions here by reference `Type/id`. */
async function readHere(
  reader: Reader,
  sql: Sql,
  references: readonly string[],
  visibility: Visibility,
): Promise<readonly Version[]> {
  const { model } = reader;
  const scope = createScope(model, visibility);
  const keys = references.map((reference) => reference.split('/') as [string, string]);
  const types = scope.binder.bind(
    keys.map(([type]) => model.typeNumber(type)),
    'int2[]',
  );
  const ids = scope.binder.bind(
    keys.map(([, id]) => id),
    'text[]',
  );
  const named = [...new Set(keys.map(([type]) => type))].toSorted();
  const text = `select v.* from unnest(${types}, ${ids}) f(type, id) cross join lateral (${readByKey(scope, named, 'f.type', 'f.id', null)} ${FENCE}) v`;
  const rows = await reader.ask<VersionRow>(sql, text, scope.binder.values);
  return rows.map((row) => versionOf(model, row));
}

function forward(scope: Scope, schema: string, versions: readonly Version[], step: Include): string {
  const { model, binder } = scope;
  const clinics = binder.bind(
    versions.map(({ clinic }) => clinic),
    'int4[]',
  );
  const types = binder.bind(
    versions.map(({ type }) => model.typeNumber(type)),
    'int2[]',
  );
  const ids = binder.bind(
    versions.map(({ id }) => id),
    'text[]',
  );
  const condition = and([
    'r.clinic = k.clinic',
    'r.type = k.type',
    'r.id = k.id',
    step.target === null ? 'r.target_type <> 0' : `r.target_type = ${model.typeNumber(step.target)}`,
    ...(step.parameter === null ? [] : [numbersAre('r.parameter', step.parameter.numbers)]),
  ]);
  const references = `select distinct r.target_type, r.target_id from unnest(${clinics}, ${types}, ${ids}) k(clinic, type, id) cross join lateral (select r.target_type, r.target_id from ${schema}.reference_value r where ${condition} ${FENCE}) r limit ${MOST_INCLUDED + 1}`;
  const targets = step.target !== null ? [step.target] : (step.parameter?.targets ?? model.types);
  return `select f.target_type, f.target_id, v.* from (${references}) f left join lateral (${readByKey(scope, targets, 'f.target_type', 'f.target_id', null)} ${FENCE}) v on true`;
}

/**
 * The current version of a (type, id) if it is of one of the types, here and seen. Where a clinic has a resource of its own
 * under the id of a shared one, its own is meant, as when it is read; `clinicSql` names the clinic where it is known.
 */
function readByKey(
  scope: Scope,
  types: readonly string[],
  typeSql: string,
  idSql: string,
  clinicSql: string | null,
): string {
  const { model } = scope;
  const groups = new Map<string, { schema: string; types: string[]; seen: readonly string[] }>();
  for (const type of types) {
    const schema = model.schemaOf(type);
    if (schema === null) continue;
    const seen = visible(scope, 'c', type);
    const key = [schema, ...seen].join();
    const group = groups.get(key) ?? { schema, types: [], seen };
    group.types.push(type);
    groups.set(key, group);
  }
  const selects = [...groups.values()].map(({ schema, types: members, seen }) => {
    const member = numbersAre(
      typeSql,
      members.map((type) => model.typeNumber(type)),
    );
    const clinic = clinicSql === null ? [] : [`c.clinic = ${clinicSql}`];
    const row = and([member, `c.type = ${typeSql}`, `c.id = ${idSql}`, ...clinic, ...seen]);
    const one = `select c.seq from ${schema}.current c where ${row} order by c.clinic desc limit 1`;
    return `select ${versionColumns('l')} from (${one}) c cross join lateral (select * from ${schema}.log l where l.seq = c.seq ${FENCE}) l`;
  });
  // Where no target lives here there is still a row of nothing for each reference.
  const nothing =
    'select null::int8 as seq, 0::int4 as clinic, 0::int2 as type, null::text as id, 0::int4 as version, null::"char" as operation, 0::float8 as at, null::text as author, null::text as content where false';
  return selects.join(' union all ') || nothing;
}

/** Reverse: the resources of the source type that point to one of these. */
async function pointingHere(
  reader: Reader,
  sql: Sql,
  step: Include,
  from: readonly Version[],
  visibility: Visibility,
): Promise<readonly Version[]> {
  const { model, remote } = reader;
  const targets = step.target === null ? from : from.filter(({ type }) => type === step.target);
  if (targets.length === 0) return [];
  const sources = step.source === '*' ? model.types : [step.source];
  const reached = await readPointing(
    reader,
    sql,
    sources,
    step.parameter?.numbers ?? null,
    targets,
    visibility,
    MOST_INCLUDED,
  );
  const code = step.parameter?.code ?? null;
  for (const type of sources)
    if (model.schemaOf(type) === null)
      reached.push(...(await remote.pointingTo(type, code, targets.map(keyOf), visibility, MOST_INCLUDED)));
  return reached;
}

/** The resources here of some types that point to any of the given ones; refused where they are more than `limit`. */
export async function readPointing(
  reader: Pick<Reader, 'model' | 'ask'>,
  sql: Sql,
  types: readonly string[],
  numbers: readonly number[] | null,
  targets: readonly { readonly type: string; readonly id: string }[],
  visibility: Visibility,
  limit: number,
): Promise<Version[]> {
  const { model } = reader;
  const reached: Version[] = [];
  const bySchema = Object.entries(Object.groupBy(types, (type) => model.schemaOf(type) ?? ''));
  for (const [schema, members = []] of bySchema) {
    if (schema === '') continue;
    const scope = createScope(model, visibility);
    const { bind } = scope.binder;
    const targetTypes = bind(
      targets.map(({ type }) => model.typeNumber(type)),
      'int2[]',
    );
    const targetIds = bind(
      targets.map(({ id }) => id),
      'text[]',
    );
    const sources = numbersAre(
      'r.type',
      members.map((type) => model.typeNumber(type)),
    );
    const shared = members.some((type) => clinicIs(scope, 'r.clinic', type).includes(' in '));
    const condition = and([
      shared ? `r.clinic in (${scope.own}, 0)` : `r.clinic = ${scope.own}`,
      'r.target_type = k.type',
      'r.target_id = k.id',
      ...(members.length > 100 ? [] : [sources]),
      ...(numbers === null ? [] : [numbersAre('r.parameter', numbers)]),
    ]);
    const found = `select distinct r.clinic, r.type, r.id from unnest(${targetTypes}, ${targetIds}) k(type, id) cross join lateral (select r.clinic, r.type, r.id from ${schema}.reference_value r where ${condition} ${FENCE}) r`;
    // The clinic of the reference is that of its resource: an id may be in two clinics.
    const text = `select v.* from (${found}) f cross join lateral (${readByKey(scope, members, 'f.type', 'f.id', 'f.clinic')} ${FENCE}) v order by v.seq limit ${bind(limit + 1, 'int8')}`;
    const rows = await reader.ask<VersionRow>(sql, text, scope.binder.values);
    reached.push(...rows.map((row) => versionOf(model, row)));
    if (reached.length > limit) throw tooManyIncluded();
  }
  return reached;
}
