// What a search asks of types that another process owns is asked there first, and its answer put in place of the question:
// ids that a reference may point to, or ids that are pointed at. The rest is compiled as if all were here.
import type { Criterion, SearchQuery } from '@polyclinic/fhir/search';
import { refuse } from '@polyclinic/kit';
import type { RemoteRecords, Visibility } from '../types.ts';
import type { SearchModel } from './scope.ts';

// Ids travel between processes and back into the statement; beyond this the search asks for half the clinic.
export const MOST_REMOTE_IDS = 10_000;

/** A search for what meets one criterion, in no particular order. */
export function queryFor(type: string, criterion: Criterion): SearchQuery {
  return {
    types: [type],
    criteria: { [type]: [criterion] },
    compartment: null,
    sort: [],
    count: 0,
    cursor: null,
    total: 'none',
    summary: 'false',
    elements: [],
    includes: [],
    used: [],
    ignored: [],
  };
}

/** Whether a criterion asks about a type that is not here. */
function reachesOut(model: SearchModel, criterion: Criterion): boolean {
  switch (criterion.kind) {
    case 'chain':
      return criterion.branches.some(
        ({ type, criterion: inner }) => model.schemaOf(type) === null || reachesOut(model, inner),
      );
    case 'has':
      return model.schemaOf(criterion.type) === null || reachesOut(model, criterion.criterion);
    case 'list':
      return model.schemaOf('List') === null;
    default:
      return false;
  }
}

/** The same search with every question to another process answered. */
export async function settleRemote(
  model: SearchModel,
  remote: RemoteRecords,
  query: SearchQuery,
  visibility: Visibility,
): Promise<SearchQuery> {
  const asked = query.types.some((type) => query.criteria[type]?.some((criterion) => reachesOut(model, criterion)));
  if (!asked) return query;
  const criteria: Record<string, readonly Criterion[]> = {};
  for (const type of query.types)
    criteria[type] = await Promise.all(
      (query.criteria[type] ?? []).map((criterion) => settle(model, remote, type, criterion, visibility)),
    );
  return { ...query, criteria };
}

async function settle(
  model: SearchModel,
  remote: RemoteRecords,
  type: string,
  criterion: Criterion,
  visibility: Visibility,
): Promise<Criterion> {
  if (!reachesOut(model, criterion)) return criterion;
  if (criterion.kind === 'list') {
    const list: Criterion = { kind: 'id', not: false, ids: [criterion.listId] };
    return pointedAt(remote, type, queryFor('List', list), 'item', visibility);
  }
  if (criterion.kind === 'has') {
    if (model.schemaOf(criterion.type) === null)
      return pointedAt(
        remote,
        type,
        queryFor(criterion.type, criterion.criterion),
        criterion.parameter.code,
        visibility,
      );
    return { ...criterion, criterion: await settle(model, remote, criterion.type, criterion.criterion, visibility) };
  }
  if (criterion.kind !== 'chain') return criterion;
  // Where the target lives elsewhere its ids are all that is left to compare with.
  const branches = await Promise.all(
    criterion.branches.map(async ({ type: target, criterion: inner }) => {
      if (model.schemaOf(target) !== null)
        return { type: target, criterion: await settle(model, remote, target, inner, visibility) };
      const ids = await remote.ids(queryFor(target, inner), visibility, MOST_REMOTE_IDS);
      return { type: target, criterion: { kind: 'id' as const, not: false, ids } };
    }),
  );
  return { ...criterion, branches };
}

async function pointedAt(
  remote: RemoteRecords,
  type: string,
  query: SearchQuery,
  parameterCode: string,
  visibility: Visibility,
): Promise<Criterion> {
  const references = await remote.pointedTo(query, parameterCode, visibility, MOST_REMOTE_IDS);
  const ids = references
    .filter((reference) => reference.startsWith(`${type}/`))
    .map((reference) => reference.slice(type.length + 1));
  return { kind: 'id', not: false, ids };
}

/** Refused rather than cut: a search that names more than this is not answered in part. */
export const tooMany = (what: string, limit: number) =>
  refuse('too-costly', `This search reaches more than ${limit} ${what}; narrow it`, { status: 403 });
