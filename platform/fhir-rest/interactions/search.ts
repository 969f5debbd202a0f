// Search by type, in a compartment or over the whole system: http://hl7.org/fhir/R4/http.html#search
import { parseSearch, type SearchQuery } from '@polyclinic/fhir/search';
import { type Issue, refuse } from '@polyclinic/kit';
import type { Records, SearchPage, Version } from '@polyclinic/records';
import { mayDo, visibilityOver } from '../access.ts';
import { answer } from '../answer.ts';
import type { Ask } from '../ask.ts';
import { type BundleLink, bundleText, outcomeEntry, searchEntry } from '../bundle/bundle-text.ts';
import { compartmentTypes } from '../compartments.ts';
import type { FhirResponse } from '../exchange.ts';
import { federated } from '../federation.ts';
import { parameter, queryString, searchString } from '../parameters.ts';
import type { FhirParts } from '../parts.ts';
import { subset, subsetOf } from '../summary.ts';
import { typesReachable, typesTouched } from '../types-touched.ts';

export async function search(
  parts: FhirParts,
  ask: Ask,
  records: Pick<Records, 'search'> = parts.records,
): Promise<FhirResponse> {
  const { request, route } = ask;
  const given = searchString(request);
  const types = searchedTypes(parts, ask, given);
  if (types.some((type) => !parts.local.has(type)))
    return federated(parts, ask, given, types, (share, part) =>
      share.service === null ? search(parts, { ...ask, request: part }) : parts.forward(share.service, part),
    );
  const query = parseSearch({
    types,
    query: given,
    strict: ask.preference.handling === 'strict',
    compartment: route.interaction === 'compartment' ? { type: route.type, id: route.id } : null,
    now: parts.now,
    base: request.base,
  });
  const visibility = visibilityOver(
    request.subject,
    typesTouched(query, parts.owners),
    typesReachable(query, parts.owners),
  );
  const page = await records.search(query, visibility);
  return searchAnswer(parts, ask, query, page);
}

/** @throws Refusal where a named type is unknown; types the subject may not search are left out of a search that names none */
function searchedTypes(parts: FhirParts, { request, route }: Ask, given: string): readonly string[] {
  if (route.interaction === 'search' && route.type !== '') return [route.type];
  if (route.interaction === 'compartment' && route.last !== '*') {
    if (!compartmentTypes(route.type).includes(route.last))
      throw refuse('not-supported', 'this type is not in the compartment', { status: 404 });
    return [route.last];
  }
  const within = route.interaction === 'compartment' ? compartmentTypes(route.type) : [...parts.owners.keys()];
  const named = parameter(given, '_type')
    ?.split(',')
    .filter((type) => type !== '');
  if (named === undefined || named.length === 0) {
    const allowed = within.filter((type) => mayDo(request.subject, 'search', type));
    if (allowed.length === 0) throw refuse('forbidden', 'you may not search');
    return allowed;
  }
  for (const type of named)
    if (!within.includes(type))
      throw refuse('not-supported', '_type names a type that can not be searched here', {
        expression: '_type',
        status: 400,
      });
  return [...new Set(named)];
}

function searchAnswer(parts: FhirParts, { request, route }: Ask, query: SearchQuery, page: SearchPage): FhirResponse {
  const wanted = subset(query.summary, query.elements);
  const text = (version: Version) =>
    wanted === null ? (version.content ?? '') : subsetOf(version.content ?? '', version.type, wanted);
  const entries = page.matches.map((version) => searchEntry(request.base, version, 'match', text(version)));
  // A wildcard may reach types that the subject may not search.
  for (const version of page.included)
    if (mayDo(request.subject, 'search', version.type))
      entries.push(searchEntry(request.base, version, 'include', text(version)));
  if (query.ignored.length > 0) entries.push(outcomeEntry(query.ignored.map(notUnderstood)));
  const path = [request.base, route.type, route.id, route.last].filter((part) => part !== '').join('/');
  const kept = query.used.filter(([name]) => name !== '_cursor');
  const url = (more: readonly (readonly [string, string])[]) => {
    const all = [...kept, ...more];
    return all.length === 0 ? path : `${path}?${queryString(all)}`;
  };
  const links: BundleLink[] = [
    { relation: 'self', url: url(query.cursor === null ? [] : [['_cursor', query.cursor]]) },
  ];
  if (page.next !== null) links.push({ relation: 'next', url: url([['_cursor', page.next]]) });
  if (page.previous !== null) links.push({ relation: 'previous', url: url([['_cursor', page.previous]]) });
  const head = { id: parts.newId(), at: parts.now().toISOString(), total: page.total, links };
  return answer(200, bundleText('searchset', head, entries));
}

const notUnderstood = (name: string): Issue => ({
  severity: 'warning',
  code: 'not-supported',
  diagnostics: 'this parameter is not known here and was not used',
  expression: [name],
});
