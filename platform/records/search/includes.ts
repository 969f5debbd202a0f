// _include and _revinclude: one statement per step and schema, whatever the number of matches, with the same eyes as the
// search. http://hl7.org/fhir/R4/search.html#include

import type { Include } from '@polyclinic/fhir/search';
import { refuse } from '@polyclinic/kit';
import type { Sql } from '@polyclinic/postgres';
import type { RemoteRecords, Version, Visibility } from '../types.ts';
import type { Ask } from './ask.ts';
import { queryFor } from './remote.ts';
import { and, createScope, numbersAre, type Scope, type SearchModel } from './scope.ts';
import { FENCE } from './side-table.ts';
import { readByKey, readPointing } from './targets.ts';

import { type VersionRow, versionOf } from './version-row.ts';

export interface Reader {
  readonly model: SearchModel;
  readonly remote: RemoteRecords;
  readonly ask: Ask;
}

// A page with what it includes must still fit into an answer; more than this is refused, never cut.
export const MOST_INCLUDED = 5_000;
// Longer paths of references run in circles.
const DEEPEST = 8;

// Who saw a resource is not part of what belongs to it, and may be more than all the rest; it comes when it is named.
const TRAIL = 'AuditEvent';

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
  const sources = step.source === '*' ? model.types.filter((type) => type !== TRAIL) : [step.source];
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
