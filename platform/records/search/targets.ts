// Resources read by what names them: a type and an id, or what they point to.
import { refuse } from '@polyclinic/kit';
import type { Sql } from '@polyclinic/postgres';
import type { Version, Visibility } from '../types.ts';
import type { Ask } from './ask.ts';
import { and, clinicIs, createScope, numbersAre, type Scope, type SearchModel, visible } from './scope.ts';
import { FENCE } from './side-table.ts';
import { type VersionRow, versionColumns, versionOf } from './version-row.ts';

/** The resources here of some types that point to any of the given ones; refused where they are more than `limit`. */
export async function readPointing(
  reader: { readonly model: SearchModel; readonly ask: Ask },
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
    if (reached.length > limit) throw tooManyPointing(limit);
  }
  return reached;
}

const tooManyPointing = (limit: number) =>
  refuse('too-costly', `More than ${limit} resources point here; ask for a smaller _count or fewer includes`, {
    status: 403,
  });

/**
 * The current version of a (type, id) if it is of one of the types, here and seen. Where a clinic has a resource of its own
 * under the id of a shared one, its own is meant, as when it is read; `clinicSql` names the clinic where it is known.
 */
export function readByKey(
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
