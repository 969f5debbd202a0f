// The latest version of many keys of one store in one statement, for everybody or only within patients' compartments.
import type { Sql } from '@polyclinic/postgres';
import { plainArray, textArray, textLiteral } from '../pg-array.ts';
import { numberOf, type Store } from '../stores.ts';
import type { Key, Version, Visibility } from '../types.ts';
import { type Compartment, withinPatients } from '../visibility.ts';
import { type VersionRow, versionColumns, versionOf } from './version-row.ts';

export interface ReadRequest {
  readonly key: Key;
  readonly visibility: Visibility;
}

export type CompartmentOf = (type: string) => Compartment;

type NumberedRow = readonly [...VersionRow, n: number];

/** Answers in the order of the requests, which all concern types of this store. */
export async function readLatest(
  sql: Sql,
  store: Store,
  requests: readonly ReadRequest[],
  compartmentOf: CompartmentOf,
): Promise<readonly (Version | null)[]> {
  const answers = new Array<Version | null>(requests.length).fill(null);
  const open: number[] = [];
  const restricted = new Map<Compartment, number[]>();
  requests.forEach(({ key, visibility }, n) => {
    if (key.clinic !== visibility.clinic && key.clinic !== 0) return;
    const compartment = compartmentOf(key.type);
    if (visibility.patients === null || compartment === 'outside') open.push(n);
    else restricted.set(compartment, [...(restricted.get(compartment) ?? []), n]);
  });
  const fill = (picked: readonly number[], rows: readonly NumberedRow[]) => {
    for (const row of rows) {
      const [seq, clinic, type, id, version, operation, at, author, content, n] = row;
      answers[picked[n - 1] as number] = versionOf(store, [
        seq,
        clinic,
        type,
        id,
        version,
        operation,
        at,
        author,
        content,
      ]);
    }
  };
  if (open.length > 0) {
    const { rows } = await sql.query<NumberedRow>({
      ...openStatement(store),
      values: keyArrays(store, requests, open),
      rowMode: 'array',
    });
    fill(open, rows);
  }
  for (const [compartment, picked] of restricted) {
    const patients = picked.map((n) => textLiteral(requests[n]?.visibility.patients ?? []));
    const values = [...keyArrays(store, requests, picked), textArray(patients)];
    const { rows } = await sql.query<NumberedRow>({
      ...restrictedStatement(store, compartment),
      values,
      rowMode: 'array',
    });
    fill(picked, rows);
  }
  return answers;
}

function keyArrays(store: Store, requests: readonly ReadRequest[], picked: readonly number[]): (string | Buffer)[] {
  const keys = picked.map((n) => (requests[n] as ReadRequest).key);
  return [
    plainArray(keys.map(({ clinic }) => clinic)),
    plainArray(keys.map(({ type }) => numberOf(store, type))),
    textArray(keys.map(({ id }) => id)),
  ];
}

// The clinic's own resource comes first; what all clinics share is looked for only where there is none.
const openStatement = (store: Store) => ({
  name: `read ${store.service}`,
  text: `
    select v.*, k.n::int4
    from unnest($1::int4[], $2::int2[], $3::text[]) with ordinality k(clinic, type, id, n)
    cross join lateral (
      (select ${versionColumns('l')} from ${store.schema}.log l
       where l.clinic = k.clinic and l.type = k.type and l.id = k.id collate "C"
       order by l.version desc limit 1)
      union all
      (select ${versionColumns('l')} from ${store.schema}.log l
       where k.clinic <> 0 and l.clinic = 0 and l.type = k.type and l.id = k.id collate "C"
       order by l.version desc limit 1)
      limit 1
    ) v`,
});

// Only live resources can be shown to lie within a compartment, so a deleted one isn't seen at all.
const restrictedStatement = (store: Store, compartment: Compartment) => ({
  name: `read ${compartment} ${store.service}`,
  text: `
    select ${versionColumns('l')}, k.n::int4
    from unnest($1::int4[], $2::int2[], $3::text[], $4::text[]) with ordinality k(clinic, type, id, patients, n)
    cross join lateral (
      select c.seq from ${store.schema}.current c
      where c.clinic in (k.clinic, 0) and c.type = k.type and c.id = k.id collate "C"
        and ${withinPatients('c', compartment, 'k.patients')}
      order by c.clinic desc limit 1
    ) c
    cross join lateral (select * from ${store.schema}.log l where l.seq = c.seq offset 0) l`,
});

/** One version by its number, whatever came after it. */
export async function readOneVersion(
  sql: Sql,
  store: Store,
  { key, visibility }: ReadRequest,
  version: number,
  compartmentOf: CompartmentOf,
): Promise<Version | null> {
  if (key.clinic !== visibility.clinic && key.clinic !== 0) return null;
  const compartment = compartmentOf(key.type);
  const patients = compartment === 'outside' ? null : visibility.patients;
  const seen =
    patients === null
      ? ''
      : `and exists (select from ${store.schema}.current c where c.clinic = l.clinic and c.type = l.type and c.id = l.id
           and ${withinPatients('c', compartment, '$5')} offset 0)`;
  const { rows } = await sql.query<VersionRow>({
    name: `vread ${patients === null ? '' : compartment} ${store.service}`,
    text: `
      select ${versionColumns('l')} from ${store.schema}.log l
      where l.clinic in ($1::int4, 0) and l.type = $2::int2 and l.id = $3::text and l.version = $4::int4 ${seen}
      order by l.clinic desc limit 1`,
    values: [key.clinic, numberOf(store, key.type), key.id, version, ...(patients === null ? [] : [patients])],
    rowMode: 'array',
  });
  return rows[0] === undefined ? null : versionOf(store, rows[0]);
}
