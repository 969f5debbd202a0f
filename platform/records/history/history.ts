// History of one resource, of some types or of everything that lives here. http://hl7.org/fhir/R4/http.html#history
import { refuse } from '@polyclinic/kit';
import type { Sql } from '@polyclinic/postgres';
import type { CompartmentOf } from '../read/read-latest.ts';
import { openCursor, signCursor } from '../signed-cursor.ts';
import type { Stores } from '../stores.ts';
import type { HistoryPage, HistoryQuery, Visibility } from '../types.ts';
import { instanceHistory } from './instance-history.ts';
import { typeHistory } from './type-history.ts';

// A page is held in memory several times on its way out.
const LONGEST_PAGE = 1_000;

export async function historyPage(
  {
    sql,
    stores,
    compartmentOf,
    cursorSecret,
  }: { sql: Sql; stores: Stores; compartmentOf: CompartmentOf; cursorSecret: string },
  query: HistoryQuery,
  visibility: Visibility,
): Promise<HistoryPage> {
  if (!Number.isInteger(query.count) || query.count < 0 || query.count > LONGEST_PAGE)
    throw refuse('invalid', `_count can be 0 to ${LONGEST_PAGE}.`, { status: 400 });
  const belongsTo = JSON.stringify([
    query.types,
    query.id,
    query.since,
    query.at,
    visibility.clinic,
    visibility.patients,
  ]);
  const place = query.cursor === null ? null : openCursor(cursorSecret, query.cursor, belongsTo);
  const link = (next: readonly (string | number)[] | null) =>
    next === null ? null : signCursor(cursorSecret, next, belongsTo);
  if (query.id !== null) {
    const [type] = query.types;
    if (type === undefined || query.types.length > 1) throw new Error('the history of one resource needs its one type');
    const key = { clinic: visibility.clinic, type, id: query.id };
    const from = place && { clinic: Number(place[0]), below: Number(place[1]) };
    const page = await instanceHistory(sql, stores.of(type), query, key, visibility, compartmentOf, from);
    if (page === null) return { versions: [], total: 0, next: null };
    return { ...page, next: link(page.next && [page.next.clinic, page.next.below]) };
  }
  const types = query.types.length === 0 ? [...stores.types] : query.types;
  const byStore = Map.groupBy(types, (type) => stores.of(type));
  const asked = [...byStore].map(([store, some]) => ({ store, types: some }));
  const from = place && { at: String(place[0]), store: Number(place[1]), seq: String(place[2]) };
  const page = await typeHistory(sql, asked, query, visibility, compartmentOf, from);
  return { ...page, next: link(page.next && [page.next.at, page.next.store, page.next.seq]) };
}
