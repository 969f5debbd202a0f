// The versions of everything of some types, newest first, across the stores that hold them: by time, then by the log's
// order. http://hl7.org/fhir/R4/http.html#history
import type { Sql } from '@polyclinic/postgres';
import type { CompartmentOf } from '../read/read-latest.ts';
import { type VersionRow, versionColumns, versionOf } from '../read/version-row.ts';
import { numberOf, type Store } from '../stores.ts';
import type { HistoryQuery, Version, Visibility } from '../types.ts';
import { type Compartment, visibleClinics, withinPatients } from '../visibility.ts';
import { bounds, boundValues } from './bounds.ts';

/** The last version shown: its time as PostgreSQL wrote it, its store's place and its place in that store's log. */
export interface TypePlace {
  readonly at: string;
  readonly store: number;
  readonly seq: string;
}

export interface TypePage {
  readonly versions: readonly Version[];
  /** null where there are more than are worth counting. */
  readonly total: number | null;
  readonly next: TypePlace | null;
}

/** What one store is asked: its types, by how they stand to patients' compartments. */
export interface TypesOfStore {
  readonly store: Store;
  readonly types: readonly string[];
}

// Counting further costs more than the number is worth.
const COUNTED = 10_000;

interface Found {
  readonly store: Store;
  readonly seq: string;
  readonly at: string;
}

export async function typeHistory(
  sql: Sql,
  asked: readonly TypesOfStore[],
  query: HistoryQuery,
  visibility: Visibility,
  compartmentOf: CompartmentOf,
  place: TypePlace | null,
): Promise<TypePage> {
  const found: Found[] = [];
  let total = 0;
  for (const one of asked) {
    const { source, values } = sourceOf(one, query, visibility, compartmentOf, place);
    const { rows } = await sql.query<readonly [string, string]>({
      text: `select f.seq, f.at::text from (${source}) f order by f.at desc, f.seq desc limit ${query.count + 1}`,
      values,
      rowMode: 'array',
    });
    for (const [seq, at] of rows) found.push({ store: one.store, seq, at });
    if (total <= COUNTED) total += await count(sql, one, query, visibility, compartmentOf);
  }
  found.sort(newestFirst);
  const page = found.slice(0, query.count);
  const last = page.at(-1);
  return {
    versions: await fetch(sql, page),
    total: total > COUNTED ? null : total,
    next:
      found.length > query.count && last !== undefined ? { at: last.at, store: last.store.place, seq: last.seq } : null,
  };
}

function newestFirst(a: Found, b: Found): number {
  if (a.at !== b.at) {
    // Text without trailing zeros still sorts by time once it is a number of milliseconds; microseconds are never stored.
    return Date.parse(`${b.at}:00`.replace(' ', 'T')) - Date.parse(`${a.at}:00`.replace(' ', 'T'));
  }
  if (a.store !== b.store) return b.store.place - a.store.place;
  return BigInt(a.seq) < BigInt(b.seq) ? 1 : -1;
}

// Per type and clinic one walk down its index, each no longer than the page.
function sourceOf(
  { store, types }: TypesOfStore,
  query: HistoryQuery,
  visibility: Visibility,
  compartmentOf: CompartmentOf,
  place: TypePlace | null,
  limit = query.count + 1,
): { source: string; values: unknown[] } {
  const values: unknown[] = [visibleClinics(visibility), ...boundValues(query)];
  const bind = (value: unknown, cast: string) => `$${values.push(value)}::${cast}`;
  let after = '';
  if (place !== null) {
    // Of the same instant, stores with a higher place were shown before.
    const seq = store.place < place.store ? '9223372036854775807' : store.place === place.store ? place.seq : '0';
    after = `and (l.at, l.seq) < (${bind(place.at, 'timestamptz')}, ${bind(seq, 'int8')})`;
  }
  const groups = new Map<Compartment, number[]>();
  for (const type of types) {
    const compartment = visibility.patients === null ? 'outside' : compartmentOf(type);
    groups.set(compartment, [...(groups.get(compartment) ?? []), numberOf(store, type)]);
  }
  // Bound only where some type needs it: a placeholder without use has no type.
  const restricted = [...groups.keys()].some((compartment) => compartment !== 'outside');
  const patients = restricted ? bind(visibility.patients, 'text[]') : 'null';
  const walks = [...groups].map(([compartment, numbers]) => {
    const seen =
      compartment === 'outside'
        ? ''
        : `and exists (select from ${store.schema}.current c where c.clinic = l.clinic and c.type = l.type and c.id = l.id
             and ${withinPatients('c', compartment, patients)} offset 0)`;
    return `
      select w.seq, w.at from unnest($1::int4[]) k(clinic) cross join unnest(${bind(numbers, 'int2[]')}) t(type)
      cross join lateral (
        select l.seq, l.at from ${store.schema}.log l
        where l.clinic = k.clinic and l.type = t.type and ${bounds(store, 'l', '$2')} ${after} ${seen}
        order by l.at desc, l.seq desc limit ${limit}) w`;
  });
  return { source: walks.join(' union all '), values };
}

async function count(
  sql: Sql,
  asked: TypesOfStore,
  query: HistoryQuery,
  visibility: Visibility,
  compartmentOf: CompartmentOf,
): Promise<number> {
  const { source, values } = sourceOf(asked, query, visibility, compartmentOf, null, COUNTED + 1);
  const { rows } = await sql.query<{ total: string }>({
    text: `select count(*) as total from (${source} limit ${COUNTED + 1}) f`,
    values,
  });
  return Number(rows[0]?.total);
}

async function fetch(sql: Sql, page: readonly Found[]): Promise<Version[]> {
  const versions = new Map<string, Version>();
  for (const store of new Set(page.map((one) => one.store))) {
    const { rows } = await sql.query<VersionRow>({
      name: `by seq ${store.service}`,
      text: `
        select ${versionColumns('l')} from unnest($1::int8[]) k(seq)
        cross join lateral (select * from ${store.schema}.log l where l.seq = k.seq offset 0) l`,
      values: [page.filter((one) => one.store === store).map(({ seq }) => seq)],
      rowMode: 'array',
    });
    for (const row of rows) versions.set(`${store.place}/${row[0]}`, versionOf(store, row));
  }
  return page.flatMap(({ store, seq }) => versions.get(`${store.place}/${seq}`) ?? []);
}
