// All versions of one resource, newest first, by version number. http://hl7.org/fhir/R4/http.html#history
import type { Sql } from '@polyclinic/postgres';
import { type CompartmentOf, readLatest } from '../read/read-latest.ts';
import { type VersionRow, versionColumns, versionOf } from '../read/version-row.ts';
import { numberOf, type Store } from '../stores.ts';
import type { HistoryQuery, Key, Version, Visibility } from '../types.ts';
import { bounds, boundValues } from './bounds.ts';

export interface InstancePlace {
  readonly clinic: number;
  /** Versions below this one come next. */
  readonly below: number;
}

export interface InstancePage {
  readonly versions: readonly Version[];
  readonly total: number;
  readonly next: InstancePlace | null;
}

/** null where there never was such a resource or these eyes may not see it. */
export async function instanceHistory(
  sql: Sql,
  store: Store,
  query: HistoryQuery,
  key: Key,
  visibility: Visibility,
  compartmentOf: CompartmentOf,
  place: InstancePlace | null,
): Promise<InstancePage | null> {
  const [latest] = await readLatest(sql, store, [{ key, visibility }], compartmentOf);
  if (latest == null) return null;
  // The clinic's own history or that of what all clinics share, never both in one.
  const clinic = latest.clinic;
  const values = [clinic, numberOf(store, key.type), key.id, ...boundValues(query)];
  const { rows } = await sql.query<VersionRow>({
    name: `history ${store.service}`,
    text: `
      select ${versionColumns('l')} from ${store.schema}.log l where ${KEY} and ${bounds(store, 'l', '$4')} and l.version < $7::int4
      order by l.version desc limit $8::int4`,
    values: [...values, place?.below ?? 2_147_483_647, query.count + 1],
    rowMode: 'array',
  });
  const counted = await sql.query<{ total: string }>({
    name: `history total ${store.service}`,
    text: `select count(*) as total from ${store.schema}.log l where ${KEY} and ${bounds(store, 'l', '$4')}`,
    values,
  });
  const versions = rows.slice(0, query.count).map((row) => versionOf(store, row));
  const last = versions.at(-1);
  return {
    versions,
    total: Number(counted.rows[0]?.total),
    next: rows.length > query.count && last !== undefined ? { clinic, below: last.version } : null,
  };
}

const KEY = 'l.clinic = $1::int4 and l.type = $2::int2 and l.id = $3::text';
