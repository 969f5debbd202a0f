// One page of a search, in one statement: the rows in order, limited, and only then their content from the log.
import type { SearchQuery } from '@polyclinic/fhir/search';
import type { Version, Visibility } from '../types.ts';
import type { Cursor } from './cursor.ts';
import { logRows } from './log-walk.ts';
import { afterStart, createOrder, type Order, orderBy } from './order.ts';
import { type Part, partsOf, selectPart } from './parts.ts';
import { rowsOf } from './scan.ts';
import { createScope, type Place, type Scope, type SearchModel } from './scope.ts';
import { stringRows } from './string-walk.ts';
import { type VersionRow, versionColumns, versionOf } from './version-row.ts';

/** A match and its sort values. */
export interface Match {
  readonly version: Version;
  /** As in a cursor: the keys, then id, type and clinic. */
  readonly keys: readonly (string | null)[];
}

export interface CompiledPage {
  readonly text: string;
  readonly values: readonly unknown[];
  /** The matches of a result, best first in the direction read, one more than the page where there is more; and when the walk began. */
  read(rows: readonly (readonly unknown[])[]): { readonly matches: readonly Match[]; readonly since: string | null };
}

// The planner must know roughly how many rows a page takes, but page sizes must not each make a plan of their own.
const FIGURES = [24, 64, 128, 256, 1_024];
const figureFor = (most: number): number => FIGURES.find((figure) => figure >= most) ?? most;

const sortsByLog = (query: SearchQuery): boolean => query.sort.some(({ by }) => by === '_lastUpdated');

/** null when nothing of what is searched lives here. */
export function compilePage(
  model: SearchModel,
  query: SearchQuery,
  visibility: Visibility,
  cursor: Cursor | null,
): CompiledPage | null {
  const scope = createScope(model, visibility);
  const parts = partsOf(scope, query);
  if (parts.length === 0) return null;
  const several = parts.length > 1 || parts.some(({ places, types }) => places.length > 1 || types.length > 1);
  const byLog = sortsByLog(query);
  const asOf =
    byLog && cursor !== null && cursor.since !== null ? scope.binder.bind(cursor.since, 'timestamptz') : null;
  const order = createOrder(scope, query, cursor, asOf, several, parts);
  const most = { figure: figureFor(query.count + 1), placeholder: scope.binder.bind(query.count + 1, 'int8') };
  const homes = [...new Set(parts.flatMap(({ places }) => places.map(({ schema }) => schema)))];
  const columns = (place: Place, alias: string) => {
    const keys = order.keys.map((key, at) => `${key.value(scope, place, alias)} as k${at + 1}`);
    const home = homes.length > 1 ? [`${homes.indexOf(place.schema)} as home`] : [];
    return [`${alias}.clinic`, `${alias}.type`, `${alias}.id`, `${alias}.seq`, ...keys, ...home].join(', ');
  };
  const found = parts
    .map((part) =>
      selectPart(scope, part, (place, alike) => {
        const wanted = { criteria: part.criteria, compartment: query.compartment, columns, order, most, alike };
        if (order.walkLog) return logRows(scope, place, wanted, asOf);
        const { walkStrings } = order;
        return walkStrings === null
          ? rowsOf(scope, place, wanted)
          : stringRows(scope, place, wanted, order, walkStrings);
      }),
    )
    .join(' union all ');
  const text = statement(
    scope,
    order,
    most.placeholder,
    homes,
    found,
    byLog && asOf === null ? since(scope, parts) : 'null',
  );
  const keyCount = order.keys.length;
  return {
    text,
    values: scope.binder.values,
    read: (rows) => ({
      matches: rows.map((row) => {
        const version = versionOf(model, row as unknown as VersionRow);
        const keys = (row as (string | null)[]).slice(9, 9 + keyCount);
        return { version, keys: [...keys, version.id, String(row[2]), String(version.clinic)] };
      }),
      since: cursor?.since ?? (rows[0]?.[9 + keyCount] as string | null | undefined) ?? null,
    }),
  };
}

function statement(
  scope: Scope,
  order: Order,
  most: string,
  homes: readonly string[],
  found: string,
  since: string,
): string {
  const ordered = orderBy(order, 'x');
  // A walk begins at its start by itself; any other order is known only once all rows are.
  const start = order.walk === null ? afterStart(order, 'x') : null;
  const page = `select x.* from (${found}) x${start === null ? '' : ` where ${start}`} order by ${ordered} limit ${most}`;
  const body = homes.map((schema, at) => {
    const l = scope.alias('l');
    const home = homes.length > 1 ? ` and p.home = ${at}` : '';
    return `select ${versionColumns(l)} from ${schema}.log ${l} where ${l}.seq = p.seq${home}`;
  });
  const keys = order.keys.map((_, at) => `p.k${at + 1}::text`);
  return `select l.*, ${[...keys, since].join(', ')} from (${page}) p cross join lateral (${body.join(' union all ')} offset 0) l order by ${orderBy(order, 'p')}`;
}

/** The moment of the last write to what is searched. */
function since(scope: Scope, parts: readonly Part[]): string {
  const moments = parts.flatMap(({ places, types }) =>
    places.map(({ schema, clinic }) => {
      const [l, t] = [scope.alias('l'), scope.alias('t')];
      const numbers = types.map((type) => Number(scope.model.typeNumber(type))).join(', ');
      const last = `select ${l}.at from ${schema}.log ${l} where ${l}.clinic = ${clinic} and ${l}.type = ${t}.type order by ${l}.at desc limit 1`;
      return `(select max(m.at) from unnest(array[${numbers}]::int2[]) ${t}(type) cross join lateral (${last}) m)`;
    }),
  );
  return `greatest(${moments.join(', ')})::text`;
}
