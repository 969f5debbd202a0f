// Search: a parsed query compiled into SQL, and pages, includes, totals and look-ups read with it.
// Spec: http://hl7.org/fhir/R4/search.html
import type { SearchQuery } from '@polyclinic/fhir/search';
import type { Sql } from '@polyclinic/postgres';
import type { RemoteRecords, SearchPage, Version, Visibility } from '../types.ts';
import { createAsk } from './ask.ts';
import { compileCount, compileMatches, ESTIMATE_FROM } from './count.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { findIds } from './find-ids.ts';
import { readIncludes } from './includes.ts';
import { compilePage, type Match } from './page.ts';
import { settleRemote } from './remote.ts';
import type { SearchModel } from './scope.ts';
import { allIds, allPointedTo, allPointingTo } from './serve.ts';
import { createPreparer } from './statement.ts';

export { r4SearchModel } from './r4-model.ts';
export { canBeShared, type SearchModel } from './scope.ts';

export interface SearchOptions {
  readonly model: SearchModel;
  /** null where every type lives here. */
  readonly remote: RemoteRecords | null;
  /** Signs the links of pages; the same in every process that may be asked for the next one. */
  readonly cursorSecret: string;
  /** Searches on this pool that are alike share statements. */
  readonly pool?: Sql;
}

/** Every method runs on the connection it is given: a pool, or a transaction that has written what it searches. */
export interface Search {
  page(sql: Sql, query: SearchQuery, visibility: Visibility): Promise<SearchPage>;
  /** The ids that meet each query, at most two each. */
  findIds(sql: Sql, queries: readonly SearchQuery[], visibility: Visibility): Promise<readonly (readonly string[])[]>;
  /** For other processes, as RemoteRecords promises them. */
  ids(sql: Sql, query: SearchQuery, visibility: Visibility, limit: number): Promise<readonly string[]>;
  pointedTo(
    sql: Sql,
    query: SearchQuery,
    parameterCode: string,
    visibility: Visibility,
    limit: number,
  ): Promise<readonly string[]>;
  pointingTo(
    sql: Sql,
    type: string,
    parameterCode: string | null,
    references: readonly string[],
    visibility: Visibility,
    limit: number,
  ): Promise<readonly Version[]>;
}

/** Where every type lives here there is nobody to ask. */
const NOBODY: RemoteRecords = {
  owns: () => false,
  ids: () => Promise.resolve([]),
  pointedTo: () => Promise.resolve([]),
  readMany: () => Promise.resolve([]),
  pointingTo: () => Promise.resolve([]),
};

export function createSearch({ model, remote: others, cursorSecret, pool }: SearchOptions): Search {
  const remote = others ?? NOBODY;
  const ask = createAsk(createPreparer('search '), pool ?? null);
  const engine = { model, remote, ask };
  const settle = (query: SearchQuery, visibility: Visibility) => settleRemote(model, remote, query, visibility);

  async function count(sql: Sql, query: SearchQuery, visibility: Visibility, upTo: number | null): Promise<number> {
    const compiled = compileCount(model, query, visibility, upTo);
    if (compiled === null) return 0;
    const rows = await ask<readonly [number]>(sql, compiled.text, compiled.values);
    const counted = rows[0]?.[0] ?? 0;
    return upTo === null || counted <= upTo ? counted : Math.max(counted, await guess(sql, query, visibility));
  }

  /** The planner's own figure, for results too large to count for an estimate. */
  async function guess(sql: Sql, query: SearchQuery, visibility: Visibility): Promise<number> {
    const compiled = compileMatches(model, query, visibility);
    if (compiled === null) return 0;
    const { rows } = await sql.query<{ 'QUERY PLAN': unknown }>({
      text: `explain (format json) ${compiled.text}`,
      values: compiled.values,
    });
    const plan = rows[0]?.['QUERY PLAN'] as readonly { Plan: { 'Plan Rows': number } }[] | undefined;
    return plan?.[0]?.Plan['Plan Rows'] ?? 0;
  }

  async function page(sql: Sql, asked: SearchQuery, visibility: Visibility): Promise<SearchPage> {
    const cursor = asked.cursor === null ? null : readCursor(cursorSecret, asked.cursor, asked, visibility);
    const query = await settle(asked, visibility);
    if (query.summary === 'count' || query.count === 0) {
      const total = await count(sql, query, visibility, null);
      return { matches: [], included: [], total, next: null, previous: null };
    }
    const compiled = compilePage(model, query, visibility, cursor);
    const total = async () =>
      query.total === 'none' ? null : count(sql, query, visibility, query.total === 'accurate' ? null : ESTIMATE_FROM);
    if (compiled === null)
      return { matches: [], included: [], total: query.total === 'none' ? null : 0, next: null, previous: null };
    const rows = await ask<readonly unknown[]>(sql, compiled.text, compiled.values);
    const { matches: read, since } = compiled.read(rows);
    const back = cursor?.towards === 'previous';
    const more = read.length > query.count;
    const inOrder = back ? read.slice(0, query.count).reverse() : read.slice(0, query.count);
    const link = (towards: 'next' | 'previous', beside: Match | undefined) =>
      beside === undefined ? null : writeCursor(cursorSecret, { towards, since, keys: beside.keys }, asked, visibility);
    const matches = inOrder.map(({ version }) => version);
    return {
      matches,
      included: query.includes.length === 0 ? [] : await readIncludes(engine, sql, query.includes, matches, visibility),
      total: await total(),
      next: more || back ? link('next', inOrder.at(-1)) : null,
      previous: (back ? more : cursor !== null) ? link('previous', inOrder[0]) : null,
    };
  }

  return {
    page,
    findIds: async (sql, queries, visibility) => {
      const settled = await Promise.all(queries.map((query) => settle(query, visibility)));
      return findIds(engine, sql, settled, visibility);
    },
    ids: async (sql, query, visibility, limit) =>
      allIds(engine, sql, await settle(query, visibility), visibility, limit),
    pointedTo: async (sql, query, code, visibility, limit) =>
      allPointedTo(engine, sql, await settle(query, visibility), code, visibility, limit),
    pointingTo: (sql, type, code, references, visibility, limit) =>
      allPointingTo(engine, sql, type, code, references, visibility, limit),
  };
}
