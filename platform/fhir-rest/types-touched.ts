// Every type that a search looks at, so that each is allowed or the search is refused: chains and includes are no side doors.
import type { Criterion, SearchQuery } from '@polyclinic/fhir/search';

/** The types whose content can show in the results: searched, chained through, asked by _has, included. */
export function typesTouched(query: SearchQuery, owners: ReadonlyMap<string, string>): Set<string> {
  const touched = new Set(query.types);
  const follow = (criterion: Criterion): void => {
    if (criterion.kind === 'chain')
      for (const branch of criterion.branches) {
        touched.add(branch.type);
        follow(branch.criterion);
      }
    else if (criterion.kind === 'has') {
      touched.add(criterion.type);
      follow(criterion.criterion);
    } else if (criterion.kind === 'list') touched.add('List');
  };
  for (const criteria of Object.values(query.criteria)) for (const criterion of criteria) follow(criterion);
  for (const include of query.includes) {
    if (include.reverse && include.source !== '*') touched.add(include.source);
    if (!include.reverse && include.target !== null && owners.has(include.target)) touched.add(include.target);
  }
  return touched;
}

/** The types an include may lead to without naming them. */
export function typesReachable(query: SearchQuery, owners: ReadonlyMap<string, string>): Set<string> {
  const reachable = new Set<string>();
  for (const { source, parameter, target, reverse } of query.includes) {
    if (source === '*' || (parameter === null && target === null))
      for (const type of owners.keys()) reachable.add(type);
    else if (!reverse && target === null) for (const type of parameter?.targets ?? []) reachable.add(type);
  }
  return reachable;
}
