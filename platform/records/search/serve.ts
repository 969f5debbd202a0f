// What this engine answers other processes that search: ids, what is pointed to, what points here. Bounded, with the
// same eyes as the search they serve.

import type { SearchQuery } from '@polyclinic/fhir/search';
import { refuse } from '@polyclinic/kit';
import type { Sql } from '@polyclinic/postgres';
import type { Version, Visibility } from '../types.ts';
import type { Ask } from './ask.ts';
import { partsOf, selectPart } from './parts.ts';
import { tooMany } from './remote.ts';
import { rowsOf } from './scan.ts';
import { createScope, numbersAre, type Scope, type SearchModel } from './scope.ts';
import { FENCE } from './side-table.ts';
import { readPointing } from './targets.ts';

interface Server {
  readonly model: SearchModel;
  readonly ask: Ask;
}

/** All matches as rows (clinic, type, id), in no order; null when nothing of what is searched lives here. */
function keysOf(scope: Scope, query: SearchQuery): string | null {
  const wanted = {
    compartment: query.compartment,
    columns: (_place: unknown, c: string) => `${c}.clinic, ${c}.type, ${c}.id`,
    order: null,
    most: { figure: 0, placeholder: '' },
  };
  const selects = partsOf(scope, query).map((part) =>
    selectPart(scope, part, (place, alike) => rowsOf(scope, place, { ...wanted, criteria: part.criteria, alike })),
  );
  return selects.length === 0 ? null : selects.join(' union all ');
}

/** The first ids that meet a search, in no order: at most `most`. */
export async function someIds(
  { model, ask }: Server,
  sql: Sql,
  query: SearchQuery,
  visibility: Visibility,
  most: number,
): Promise<readonly string[]> {
  const scope = createScope(model, visibility);
  const keys = keysOf(scope, query);
  if (keys === null) return [];
  const text = `select m.id from (${keys}) m limit ${scope.binder.bind(most, 'int8')}`;
  const rows = await ask<readonly [string]>(sql, text, scope.binder.values);
  return rows.map(([id]) => id);
}

/** Every id that meets a search. @throws Refusal when there are more than `limit` */
export async function allIds(
  server: Server,
  sql: Sql,
  query: SearchQuery,
  visibility: Visibility,
  limit: number,
): Promise<readonly string[]> {
  const ids = await someIds(server, sql, query, visibility, limit + 1);
  if (ids.length > limit) throw tooMany('resources', limit);
  return ids;
}

/** What the resources that meet a search point to by a parameter, as `Type/id`. @throws Refusal beyond `limit` */
export async function allPointedTo(
  { model, ask }: Server,
  sql: Sql,
  query: SearchQuery,
  parameterCode: string,
  visibility: Visibility,
  limit: number,
): Promise<readonly string[]> {
  const scope = createScope(model, visibility);
  const keys = keysOf(scope, query);
  const [type] = query.types;
  const schema = type === undefined ? null : model.schemaOf(type);
  if (keys === null || type === undefined || schema === null) return [];
  const parameter = model.parameter(type, parameterCode);
  if (parameter?.type !== 'reference')
    throw refuse('not-supported', `${type} has no reference parameter ${parameterCode}`, { status: 400 });
  const where = `r.clinic = m.clinic and r.type = m.type and r.id = m.id and r.target_type <> 0 and ${numbersAre('r.parameter', parameter.numbers)}`;
  const text = `select distinct r.target_type, r.target_id from (${keys}) m cross join lateral (select r.target_type, r.target_id from ${schema}.reference_value r where ${where} ${FENCE}) r limit ${scope.binder.bind(limit + 1, 'int8')}`;
  const rows = await ask<readonly [number, string]>(sql, text, scope.binder.values);
  if (rows.length > limit) throw tooMany('references', limit);
  return rows.map(([target, id]) => `${model.typeName(target)}/${id}`);
}

/** The resources of a type here that point to any of the references (`Type/id`). @throws Refusal beyond `limit` */
export async function allPointingTo(
  server: Server,
  sql: Sql,
  type: string,
  parameterCode: string | null,
  references: readonly string[],
  visibility: Visibility,
  limit: number,
): Promise<readonly Version[]> {
  const parameter = parameterCode === null ? null : server.model.parameter(type, parameterCode);
  if (parameterCode !== null && parameter?.type !== 'reference')
    throw refuse('not-supported', `${type} has no reference parameter ${parameterCode}`, { status: 400 });
  const targets = references.map((reference) => {
    const slash = reference.indexOf('/');
    return { type: reference.slice(0, slash), id: reference.slice(slash + 1) };
  });
  return readPointing(server, sql, [type], parameter?.numbers ?? null, targets, visibility, limit);
}
