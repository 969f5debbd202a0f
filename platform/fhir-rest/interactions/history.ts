// History of a resource, a type or everything: http://hl7.org/fhir/R4/http.html#history
import { refuse } from '@polyclinic/kit';
import type { HistoryPage } from '@polyclinic/records';
import { visibilityFor, visibilityOfEverything } from '../access.ts';
import { answer } from '../answer.ts';
import type { Ask } from '../ask.ts';
import { bundleText, historyEntry } from '../bundle/bundle-text.ts';
import type { FhirResponse } from '../exchange.ts';
import { federatedHistory } from '../federated-history.ts';
import { instantSpan } from '../instant-span.ts';
import { queryString } from '../parameters.ts';
import type { FhirParts } from '../parts.ts';
import { countOf } from './count.ts';

const KNOWN = new Set(['_since', '_at', '_count', '_cursor', '_format', '_pretty', '_type']);

export async function history(parts: FhirParts, ask: Ask): Promise<FhirResponse> {
  const { request, route } = ask;
  const asked = new URLSearchParams(request.query);
  for (const name of asked.keys())
    if (!KNOWN.has(name) && ask.preference.handling === 'strict')
      throw refuse('not-supported', 'a history has no such parameter', { expression: name, status: 400 });
  const named = asked.get('_type')?.split(',');
  const everything = [...parts.owners.keys()].filter((type) => named === undefined || named.includes(type));
  const types = route.type === '' ? everything : [route.type];
  const visibility =
    route.type === ''
      ? visibilityOfEverything(request.subject)
      : visibilityFor(request.subject, route.id === '' ? 'history-type' : 'history-instance', route.type);
  if (types.some((type) => !parts.local.has(type)))
    return federatedHistory(parts, ask, types, (share, part) =>
      share.service === null ? history(parts, { ...ask, request: part }) : parts.forward(share.service, part),
    );
  const since = asked.get('_since');
  const at = asked.get('_at');
  const page = await parts.records.history(
    {
      types,
      id: route.id === '' ? null : route.id,
      since: since === null ? null : instantSpan(since, '_since').low,
      at: at === null ? null : instantSpan(at, '_at'),
      count: countOf(asked.get('_count')),
      cursor: asked.get('_cursor'),
    },
    visibility,
  );
  // Without limits an empty history means that there never was such a resource, or that it can't be seen.
  if (route.id !== '' && page.versions.length === 0 && since === null && at === null && !asked.has('_cursor'))
    throw refuse('not-found', 'there is no such resource');
  return historyAnswer(parts, ask, page);
}

function historyAnswer(parts: FhirParts, { request, route }: Ask, page: HistoryPage): FhirResponse {
  const path = [request.base, route.type, route.id, '_history'].filter((part) => part !== '').join('/');
  const asked = [...new URLSearchParams(request.query)].filter(([name]) => KNOWN.has(name));
  const rest = asked.filter(([name]) => name !== '_cursor');
  const url = (parameters: readonly (readonly [string, string])[]) =>
    parameters.length === 0 ? path : `${path}?${queryString(parameters)}`;
  const links = [{ relation: 'self' as const, url: url(asked) }];
  const next = page.next === null ? [] : [{ relation: 'next' as const, url: url([...rest, ['_cursor', page.next]]) }];
  const head = { id: parts.newId(), at: parts.now().toISOString(), total: page.total, links: [...links, ...next] };
  return answer(
    200,
    bundleText(
      'history',
      head,
      page.versions.map((version) => historyEntry(request.base, version)),
    ),
  );
}
