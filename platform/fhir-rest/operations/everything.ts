// $everything: a patient's or an encounter's whole record. http://hl7.org/fhir/R4/patient-operation-everything.html
import { refuse } from '@polyclinic/kit';
import type { Version } from '@polyclinic/records';
import { mayDo, visibilityOver } from '../access.ts';
import { answer } from '../answer.ts';
import type { Ask } from '../ask.ts';
import { type BundleLink, bundleText, searchEntry } from '../bundle/bundle-text.ts';
import { compartmentTypes } from '../compartments.ts';
import type { FhirRequest, FhirResponse } from '../exchange.ts';
import { readPage } from '../federation.ts';
import { instantSpan } from '../instant-span.ts';
import { countOf, MOST_COUNT } from '../interactions/count.ts';
import { withParameters } from '../parameters.ts';
import type { FhirParts } from '../parts.ts';
import { readAnywhere } from '../read-anywhere.ts';

/** Without `_count` the whole record comes at once, up to this many resources: some 40 MB. */
const WHOLE = 10_000;
/** A record refers to people, who refer to organizations, which are part of others. */
const MOST_STEPS = 3;
const REFERENCE = /"reference"\s*:\s*"([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})/g;
const KNOWN = new Set(['start', 'end', '_since', '_type', '_count', '_cursor', '_format', '_pretty']);

type Handle = (request: FhirRequest) => Promise<FhirResponse>;

export async function everything(parts: FhirParts, ask: Ask, handle: Handle): Promise<FhirResponse> {
  const { request, route } = ask;
  const asked = new URLSearchParams(request.query);
  for (const name of asked.keys())
    if (!KNOWN.has(name) && ask.preference.handling === 'strict')
      throw refuse('not-supported', 'this parameter is not known here', { expression: name, status: 400 });
  visibilityOver(request.subject, [route.type]);
  const centre = await readCentre(handle, request, `${route.type}/${route.id}`);
  const types = typesOf(parts, ask, asked);
  const paged = asked.has('_count');
  const room = paged ? Math.max(countOf(asked.get('_count')), 1) : WHOLE;
  const found = new Map<string, string>();
  let cursor = asked.get('_cursor');
  if (cursor === null && types.includes(route.type) && newEnough(centre, asked.get('_since')))
    found.set(`${route.type}/${route.id}`, centre);
  do {
    const page = await pageOf(handle, request, ask, types, asked, Math.min(room, MOST_COUNT), cursor);
    for (const entry of page.entries) {
      const key = keyOfEntry(entry, request.base);
      // The walk meets the patient again; the first page begins with it.
      if (key !== null && key !== `${route.type}/${route.id}`) found.set(key, resourceOf(entry));
    }
    cursor = page.next;
  } while (cursor !== null && found.size < room && !paged);
  const mentioned = await referredTo(parts, ask, found, asked);
  const entries = [...found].map(
    ([key, resource]) => `{"fullUrl":"${request.base}/${key}","resource":${resource},"search":{"mode":"match"}}`,
  );
  for (const version of mentioned) entries.push(searchEntry(request.base, version, 'include'));
  const url = (query: string) =>
    `${request.base}/${route.type}/${route.id}/$everything${query === '' ? '' : `?${query}`}`;
  const links: BundleLink[] = [{ relation: 'self', url: url(request.query) }];
  if (cursor !== null)
    links.push({
      relation: 'next',
      url: url(withParameters(request.query, { _cursor: cursor, _count: String(Math.min(room, MOST_COUNT)) })),
    });
  const total = paged || cursor !== null ? null : found.size;
  return answer(
    200,
    bundleText('searchset', { id: parts.newId(), at: parts.now().toISOString(), total, links }, entries),
  );
}

async function readCentre(handle: Handle, request: FhirRequest, reference: string): Promise<string> {
  const response = await handle({ ...request, method: 'GET', path: `/${reference}`, query: '', headers: {}, body: '' });
  if (response.status !== 200) readPage(response);
  return response.body;
}

/** The types asked for that the subject may search; the compartment's when none are named. */
function typesOf(parts: FhirParts, { request, route }: Ask, asked: URLSearchParams): readonly string[] {
  const named = asked
    .get('_type')
    ?.split(',')
    .filter((type) => type !== '');
  for (const type of named ?? [])
    if (!parts.owners.has(type))
      throw refuse('value', '_type names no resource type', { expression: '_type', status: 400 });
  // A device that is the patient's is in no compartment of R4, yet part of the record.
  const all = route.type === 'Patient' ? [...compartmentTypes('Patient'), 'Device'] : compartmentTypes(route.type);
  // Who saw the record is not the record, and may be longer: it comes when it is named.
  const wanted = named ?? all.filter((type) => type !== 'AuditEvent');
  return all.filter((type) => wanted.includes(type) && mayDo(request.subject, 'search', type));
}

interface Page {
  readonly entries: readonly string[];
  readonly next: string | null;
}

/** The compartment page by page, then the patient's devices. */
async function pageOf(
  handle: Handle,
  request: FhirRequest,
  { route }: Ask,
  types: readonly string[],
  asked: URLSearchParams,
  count: number,
  cursor: string | null,
): Promise<Page> {
  const inside = types.filter((type) => type !== 'Device');
  const devices = types.includes('Device') && route.type === 'Patient';
  const get = async (path: string, query: Record<string, string | null>): Promise<Page> => {
    const given = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) if (value !== null) given.append(name, value);
    const since = asked.get('_since');
    if (since !== null) given.append('_lastUpdated', `ge${instantSpan(since, '_since').low}`);
    return readPage(await handle({ ...request, method: 'GET', path, query: given.toString(), headers: {}, body: '' }));
  };
  if (cursor === null || !cursor.startsWith(DEVICES)) {
    const page =
      inside.length === 0
        ? { entries: [], next: null }
        : await get(`/${route.type}/${route.id}/*`, {
            _type: inside.join(','),
            _count: String(count),
            _cursor: cursor,
          });
    const entries = page.entries.filter((entry) => inTime(entry, asked));
    return { entries, next: page.next ?? (devices ? DEVICES : null) };
  }
  const page = await get('/Device', {
    patient: `Patient/${route.id}`,
    _count: String(count),
    _cursor: cursor.slice(DEVICES.length) || null,
  });
  return { entries: page.entries, next: page.next === null ? null : DEVICES + page.next };
}

const DEVICES = 'devices~';

/** `start` and `end` concern the dates of care; what has none always belongs to the record. */
function inTime(entry: string, asked: URLSearchParams): boolean {
  const [start, end] = [asked.get('start'), asked.get('end')];
  if (start === null && end === null) return true;
  const date = careDate(entry);
  if (date === null) return true;
  const span = instantSpan(date, 'start');
  if (start !== null && span.high <= instantSpan(start, 'start').low) return false;
  return end === null || span.low < instantSpan(end, 'end').high;
}

const CARE_DATE =
  /"(?:effectiveDateTime|effectiveInstant|performedDateTime|occurrenceDateTime|onsetDateTime|authoredOn|recordedDate|created|date|started|sent|issued|start)"\s*:\s*"(\d{4}[^"]*)"/;
const careDate = (entry: string): string | null => CARE_DATE.exec(entry)?.[1] ?? null;

const newEnough = (resource: string, since: string | null): boolean => {
  if (since === null) return true;
  const updated = /"lastUpdated":"([^"]+)"/.exec(resource)?.[1];
  return updated === undefined || updated >= instantSpan(since, '_since').low;
};

/** `Type/id` of an entry, from its fullUrl. */
function keyOfEntry(entry: string, base: string): string | null {
  const lead = `{"fullUrl":"${base}/`;
  return entry.startsWith(lead) && entry.endsWith('"search":{"mode":"match"}}')
    ? entry.slice(lead.length, entry.indexOf('"', lead.length))
    : null;
}

function resourceOf(entry: string): string {
  const start = entry.indexOf(',"resource":') + ',"resource":'.length;
  return entry.slice(start, entry.lastIndexOf(',"search":'));
}

/** Who and what the record mentions outside the compartment: practitioners, organizations, places, medications. */
async function referredTo(
  parts: FhirParts,
  ask: Ask,
  found: ReadonlyMap<string, string>,
  asked: URLSearchParams,
): Promise<readonly Version[]> {
  const { request, route } = ask;
  const named = asked.get('_type')?.split(',');
  const inside = new Set(['Patient', ...compartmentTypes(route.type)]);
  // For an encounter its patient belongs to it.
  if (route.type === 'Encounter') for (const type of ['Patient', ...compartmentTypes('Patient')]) inside.delete(type);
  const seen = new Set(found.keys());
  const mentioned: Version[] = [];
  let texts: Iterable<string> = found.values();
  for (let step = 0; step < MOST_STEPS; step++) {
    const wanted = new Set<string>();
    for (const text of texts)
      for (const [, reference = ''] of text.matchAll(REFERENCE)) {
        const type = reference.slice(0, reference.indexOf('/'));
        if (seen.has(reference) || inside.has(type) || !mayDo(request.subject, 'search', type)) continue;
        if (named === undefined || named.includes(type)) wanted.add(reference);
        seen.add(reference);
      }
    if (wanted.size === 0) break;
    const types = new Set([...wanted].map((reference) => reference.slice(0, reference.indexOf('/'))));
    const there = await readAnywhere(
      parts,
      parts.records,
      [...wanted],
      visibilityOver(request.subject, [route.type, ...types]),
    );
    mentioned.push(...there.values());
    texts = [...there.values()].map(({ content }) => content ?? '');
    // What an encounter mentions is enough; what that mentions leads away from it.
    if (route.type === 'Encounter') break;
  }
  return mentioned;
}
