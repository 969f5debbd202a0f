// Many look-ups of one criterion each, as conditional references need them: those of one shape go out in one statement.

import type { SearchQuery } from '@polyclinic/fhir/search';
import type { Sql } from '@polyclinic/postgres';
import type { Visibility } from '../types.ts';
import type { Ask } from './ask.ts';
import { identifierCondition, shapeOf } from './identifiers.ts';
import { indexedPart } from './prefix.ts';
import { and, clinicIs, createScope, numbersAre, type SearchModel, visible, withinCompartments } from './scope.ts';
import { someIds } from './serve.ts';
import { FENCE } from './side-table.ts';

/** Enough to tell none, one and several apart. */
const ENOUGH = 2;

interface Lookup {
  readonly at: number;
  readonly type: string;
  readonly numbers: readonly number[];
  readonly shape: string;
  readonly system: string | null;
  readonly value: string | null;
  readonly ofType: string | null;
}

/** The query as a look-up by one identifier; null when it asks for anything else. */
function identifierLookup(query: SearchQuery, at: number): Lookup | null {
  const [type, ...others] = query.types;
  if (type === undefined || others.length > 0 || query.compartment !== null) return null;
  const [criterion, ...more] = query.criteria[type] ?? [];
  if (criterion?.kind !== 'identifier' || more.length > 0 || criterion.not) return null;
  const [given, ...alternatives] = criterion.values;
  if (given === undefined || alternatives.length > 0) return null;
  const { system = null, value = null, ofType = null } = given;
  return { at, type, numbers: criterion.parameter.numbers, shape: shapeOf(given), system, value, ofType };
}

/** The ids that meet each query, at most two each, in the order of the queries. */
export async function findIds(
  { model, ask }: { readonly model: SearchModel; readonly ask: Ask },
  sql: Sql,
  queries: readonly SearchQuery[],
  visibility: Visibility,
): Promise<readonly (readonly string[])[]> {
  const found: string[][] = queries.map(() => []);
  const lookups = queries.map(identifierLookup);
  const alike = Object.values(
    Object.groupBy(
      lookups.filter((one) => one !== null),
      ({ type, numbers, shape }) => `${type} ${numbers} ${shape}`,
    ),
  );
  for (const group of alike) {
    if (group === undefined) continue;
    const statement = lookUpAll(model, group, visibility);
    if (statement === null) continue;
    const rows = await ask<readonly [number, string]>(sql, statement.text, statement.values);
    for (const [n, id] of rows) found[group[n]!.at]?.push(id);
  }
  for (const [at, query] of queries.entries())
    if (lookups[at] === null) found[at] = [...(await someIds({ model, ask }, sql, query, visibility, ENOUGH))];
  return found;
}

function lookUpAll(model: SearchModel, group: readonly Lookup[], visibility: Visibility) {
  const [{ type, numbers, shape }] = group as readonly [Lookup];
  const schema = model.schemaOf(type);
  if (schema === null) return null;
  const scope = createScope(model, visibility);
  const list = (texts: readonly (string | null)[]) => scope.binder.bind(texts, 'text[]');
  const columns = [
    list(group.map(({ value }) => value)),
    list(group.map(({ value }) => (value === null ? null : indexedPart(value)))),
    list(group.map(({ system }) => system)),
    list(group.map(({ ofType }) => ofType)),
  ];
  const number = model.typeNumber(type);
  const limits = withinCompartments(scope, 'c', type);
  const where = and([
    clinicIs(scope, 'v.clinic', type),
    `v.type = ${number}`,
    numbersAre('v.parameter', numbers),
    identifierCondition('v', shape, 'q.value', 'q.start', 'q.system', 'q.oftype'),
    ...(limits.length === 0
      ? []
      : [
          `exists (select from ${schema}.current c where ${and([`c.type = ${number}`, 'c.id = v.id', ...visible(scope, 'c', type)])} ${FENCE})`,
        ]),
  ]);
  const text = `select (q.n - 1)::int4, f.id from unnest(${columns.join(', ')}) with ordinality q(value, start, system, oftype, n) cross join lateral (select distinct v.id from ${schema}.identifier_value v where ${where} limit ${ENOUGH}) f`;
  return { text, values: scope.binder.values };
}
