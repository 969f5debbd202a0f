// Searches over types that live in several processes: each owner answers for its own, one after the other.
import { refuse } from '@polyclinic/kit';
import { answer } from './answer.ts';
import type { Ask } from './ask.ts';
import { bundleText } from './bundle/bundle-text.ts';
import type { FhirRequest, FhirResponse } from './exchange.ts';
import { countOf } from './interactions/count.ts';
import { itemsOf, membersOf, skipValue } from './json/members.ts';
import { withParameters } from './parameters.ts';
import type { FhirParts } from './parts.ts';

/** The types of one owner, which may be this process. */
export interface Share {
  readonly service: string | null;
  readonly types: readonly string[];
}

/** Types by owner: those that live here first, then service by service in a stable order. */
export function sharesOf(parts: FhirParts, types: readonly string[]): Share[] {
  const here = types.filter((type) => parts.local.has(type));
  const away = new Map<string, string[]>();
  for (const type of types) {
    if (parts.local.has(type)) continue;
    const service = parts.owners.get(type);
    if (service === undefined) throw refuse('not-supported', 'there is no such resource type', { status: 404 });
    away.set(service, [...(away.get(service) ?? []), type]);
  }
  const others = [...away].sort(([a], [b]) => (a < b ? -1 : 1)).map(([service, owned]) => ({ service, types: owned }));
  return here.length === 0 ? others : [{ service: null, types: here }, ...others];
}

/** Carries a request out at one owner; `here` does so in this process. */
export type Carry = (share: Share, request: FhirRequest) => Promise<FhirResponse>;

/**
 * Walks the owners as one list of results. The order within an owner is as asked, the owners follow each other, so a
 * page walk meets every resource once; sorting across owners is refused, because no owner knows where it would stand.
 */
export async function federated(
  parts: FhirParts,
  ask: Ask,
  query: string,
  types: readonly string[],
  carry: Carry,
): Promise<FhirResponse> {
  const shares = sharesOf(parts, types);
  const given = new URLSearchParams(query);
  if (given.has('_sort'))
    throw refuse('not-supported', '_sort over types of several owners', { expression: '_sort', status: 400 });
  const count = countOf(given.get('_count'));
  const cursor = given.get('_cursor');
  let [at, inner] = readCursor(cursor, shares.length);
  const entries: string[] = [];
  let next: string | null = null;
  for (; at < shares.length && next === null; inner = null) {
    const room = count - entries.length;
    if (room <= 0 && count > 0) {
      next = `${at}~`;
      break;
    }
    const share = shares[at] as Share;
    const asked = withParameters(query, { _count: String(room), _cursor: inner, _type: share.types.join(',') });
    const page = readPage(await carry(share, { ...ask.request, method: 'GET', body: '', query: asked }));
    entries.push(...page.entries);
    if (page.next !== null) next = `${at}~${page.next}`;
    else at++;
  }
  const wantsTotal = given.get('_total') === 'accurate' || given.get('_summary') === 'count';
  const total = wantsTotal ? await totalOf(shares, ask.request, query, carry) : null;
  const url = (parameters: string) =>
    `${ask.request.base}${ask.request.path.replace(/\/_search$/, '')}${parameters === '' ? '' : `?${parameters}`}`;
  const links = [{ relation: 'self' as const, url: url(query) }];
  const more = next === null ? [] : [{ relation: 'next' as const, url: url(withParameters(query, { _cursor: next })) }];
  const head = { id: parts.newId(), at: parts.now().toISOString(), total, links: [...links, ...more] };
  return answer(200, bundleText('searchset', head, entries));
}

async function totalOf(shares: readonly Share[], request: FhirRequest, query: string, carry: Carry): Promise<number> {
  const counts = shares.map(async (share) => {
    const asked = withParameters(query, {
      _summary: 'count',
      _total: 'accurate',
      _cursor: null,
      _type: share.types.join(','),
    });
    return readPage(await carry(share, { ...request, method: 'GET', body: '', query: asked })).total ?? 0;
  });
  return (await Promise.all(counts)).reduce((sum, one) => sum + one, 0);
}

function readCursor(cursor: string | null, shares: number): [at: number, inner: string | null] {
  if (cursor === null) return [0, null];
  const match = /^(\d{1,3})~(.*)$/.exec(cursor);
  if (match === null || Number(match[1]) >= shares)
    throw refuse('value', '_cursor is not one of this server', { expression: '_cursor', status: 400 });
  return [Number(match[1]), match[2] === '' ? null : (match[2] ?? null)];
}

interface Page {
  readonly entries: readonly string[];
  readonly next: string | null;
  readonly total: number | null;
}

/** Takes a result Bundle apart without parsing its resources. @throws Refusal what the owner refused */
export function readPage(response: FhirResponse): Page {
  if (response.status !== 200) throw new OwnerRefused(response);
  const text = response.body;
  const members = new Map(membersOf(text, 0).map((member) => [member.name, member]));
  const list = members.get('entry');
  const entries =
    list === undefined ? [] : itemsOf(text, list.start).map((start) => text.slice(start, skipValue(text, start)));
  const total = members.get('total');
  const link = members.get('link');
  const links =
    link === undefined ? [] : (JSON.parse(text.slice(link.start, link.end)) as { relation: string; url: string }[]);
  const next = links.find(({ relation }) => relation === 'next');
  return {
    entries,
    next: next === undefined ? null : new URL(next.url).searchParams.get('_cursor'),
    total: total === undefined ? null : Number(text.slice(total.start, total.end)),
  };
}

/** What an owner answered instead of results: passed on to the client as it is. */
export class OwnerRefused extends Error {
  readonly response: FhirResponse;
  constructor(response: FhirResponse) {
    super('an owner refused its part');
    this.name = 'OwnerRefused';
    this.response = response;
  }
}
