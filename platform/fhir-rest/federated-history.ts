// The history of types that live in several processes, newest first over all of them: each owner tells its newest, and
// what was not taken is asked for again on the next page.
import { refuse } from '@polyclinic/kit';
import { answer } from './answer.ts';
import type { Ask } from './ask.ts';
import { bundleText } from './bundle/bundle-text.ts';
import type { FhirResponse } from './exchange.ts';
import { type Carry, readPage, type Share, sharesOf } from './federation.ts';
import { countOf } from './interactions/count.ts';
import { withParameters } from './parameters.ts';
import type { FhirParts } from './parts.ts';

/** Where an owner's history goes on: from its start, behind a cursor, or not at all. */
type Place = '' | string | null;

export async function federatedHistory(
  parts: FhirParts,
  ask: Ask,
  types: readonly string[],
  carry: Carry,
): Promise<FhirResponse> {
  const { request } = ask;
  const given = new URLSearchParams(request.query);
  const shares = sharesOf(parts, types);
  const count = countOf(given.get('_count'));
  const places = readPlaces(given.get('_cursor'), shares.length);
  const pageFrom = async (share: Share, place: Place, most: number) => {
    const query = withParameters(request.query, {
      _count: String(most),
      _cursor: place === '' ? null : place,
      _type: share.types.join(','),
    });
    return readPage(await carry(share, { ...request, method: 'GET', body: '', query }));
  };
  const pages = await Promise.all(
    shares.map((share, n) => (places[n] === null ? null : pageFrom(share, places[n] ?? '', count))),
  );
  const newest = pages
    .flatMap((page, n) => (page?.entries ?? []).map((entry) => ({ n, entry, at: changedAt(entry) })))
    .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : a.n - b.n))
    .slice(0, count);
  const next = await Promise.all(
    shares.map(async (share, n): Promise<Place> => {
      const page = pages[n];
      const place = places[n] ?? null;
      if (page === null || page === undefined) return null;
      const taken = newest.filter((one) => one.n === n).length;
      if (taken === page.entries.length) return page.next;
      // Only part of the page was taken: the owner's cursor behind that part is that of a shorter page.
      return taken === 0 ? place : (await pageFrom(share, place, taken)).next;
    }),
  );
  const url = (query: string) => `${request.base}${request.path}${query === '' ? '' : `?${query}`}`;
  const links = [{ relation: 'self' as const, url: url(request.query) }];
  const more = next.every((place) => place === null)
    ? []
    : [{ relation: 'next' as const, url: url(withParameters(request.query, { _cursor: writePlaces(next) })) }];
  const head = { id: parts.newId(), at: parts.now().toISOString(), total: null, links: [...links, ...more] };
  return answer(
    200,
    bundleText(
      'history',
      head,
      newest.map(({ entry }) => entry),
    ),
  );
}

/** An entry of ours ends with its response. */
const changedAt = (entry: string): string => /"lastModified":"([^"]+)"\}\}$/.exec(entry)?.[1] ?? '';

const writePlaces = (places: readonly Place[]): string => Buffer.from(JSON.stringify(places)).toString('base64url');

function readPlaces(cursor: string | null, shares: number): readonly Place[] {
  if (cursor === null) return Array.from({ length: shares }, () => '');
  const wrong = () => refuse('value', '_cursor is not one of this server', { expression: '_cursor', status: 400 });
  let places: unknown;
  try {
    places = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw wrong();
  }
  const sound =
    Array.isArray(places) &&
    places.length === shares &&
    places.every((place) => place === null || typeof place === 'string');
  if (!sound) throw wrong();
  return places as readonly Place[];
}
