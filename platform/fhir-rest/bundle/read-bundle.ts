// A batch or transaction Bundle cut into its entries; resources stay text. http://hl7.org/fhir/R4/bundle.html
import { refuse } from '@polyclinic/kit';
import { itemsOf, type Member, membersOf, skipSpace } from '../json/members.ts';
import { routeOf } from '../route.ts';

/**
 * A transaction holds its locks and its planned writes in memory until it commits: at about 4 KB an entry, 20,000 of
 * them are 80 MB, which one process can spare. Synthea's largest histories have some 5,000.
 */
export const MOST_ENTRIES = 20_000;

export interface BundleEntry {
  /** Its position, as in `Bundle.entry[3]`. */
  readonly at: number;
  readonly fullUrl: string | null;
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Relative to the base: `Patient/123?x=y`. */
  readonly url: string;
  readonly ifNoneMatch: string | null;
  readonly ifModifiedSince: string | null;
  readonly ifMatch: string | null;
  readonly ifNoneExist: string | null;
  /** The resource as it was sent; null when there is none. */
  readonly resource: string | null;
}

export interface ReadBundle {
  readonly type: 'batch' | 'transaction';
  readonly entries: readonly BundleEntry[];
}

const BUNDLE_MEMBERS = new Set([
  'resourceType',
  'id',
  'meta',
  'implicitRules',
  'language',
  'identifier',
  'type',
  'timestamp',
  'total',
  'link',
  'entry',
  'signature',
]);
const ENTRY_MEMBERS = new Set([
  'id',
  'extension',
  'modifierExtension',
  'link',
  'fullUrl',
  'resource',
  'search',
  'request',
  'response',
]);
const REQUEST_MEMBERS = new Set([
  'id',
  'extension',
  'modifierExtension',
  'method',
  'url',
  'ifNoneMatch',
  'ifModifiedSince',
  'ifMatch',
  'ifNoneExist',
]);
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** @throws Refusal naming the element that is wrong */
export function readBundle(text: string, base: string): ReadBundle {
  const members = membersOf(text, 0);
  const last = members[members.length - 1];
  if (last !== undefined && skipSpace(text, skipSpace(text, last.end) + 1) < text.length)
    throw refuse('structure', 'there is text after the end of the JSON');
  if (text.charCodeAt(0) === 0xfeff) throw refuse('structure', 'a byte order mark may not stand before the JSON');
  const named = byName(text, members, BUNDLE_MEMBERS, 'Bundle');
  if (stringOf(text, named.get('resourceType'), 'Bundle.resourceType') !== 'Bundle')
    throw refuse('structure', 'a Bundle is expected here', { expression: 'resourceType' });
  const type = stringOf(text, named.get('type'), 'Bundle.type');
  if (type !== 'batch' && type !== 'transaction')
    throw refuse('value', 'a Bundle posted here must be of type batch or transaction', { expression: 'Bundle.type' });
  const list = named.get('entry');
  const starts = list === undefined ? [] : itemsOf(text, list.start);
  if (starts.length > MOST_ENTRIES)
    throw refuse('too-long', `a Bundle has at most ${MOST_ENTRIES} entries`, { expression: 'Bundle.entry' });
  return { type, entries: starts.map((start, at) => readEntry(text, start, at, base)) };
}

function readEntry(text: string, start: number, at: number, base: string): BundleEntry {
  const where = `Bundle.entry[${at}]`;
  const named = byName(text, membersOf(text, start), ENTRY_MEMBERS, where);
  const requested = named.get('request');
  if (requested === undefined)
    throw refuse('required', 'an entry needs a request', { expression: `${where}.request`, status: 400 });
  const request = byName(text, membersOf(text, requested.start), REQUEST_MEMBERS, `${where}.request`);
  const part = (name: string) => stringOf(text, request.get(name), `${where}.request.${name}`);
  const method = part('method');
  const url = part('url');
  if (method === null || !METHODS.has(method))
    throw refuse('value', 'request.method is missing or unknown', {
      expression: `${where}.request.method`,
      status: 400,
    });
  if (url === null)
    throw refuse('required', 'request.url is missing', { expression: `${where}.request.url`, status: 400 });
  const resource = named.get('resource');
  return {
    at,
    fullUrl: stringOf(text, named.get('fullUrl'), `${where}.fullUrl`),
    method: method as BundleEntry['method'],
    url: relativeTo(base, url),
    ifNoneMatch: part('ifNoneMatch'),
    ifModifiedSince: part('ifModifiedSince'),
    ifMatch: part('ifMatch'),
    ifNoneExist: part('ifNoneExist'),
    resource: resource === undefined ? null : text.slice(resource.start, resource.end),
  };
}

/** Members by name; what the Bundle only carries along is checked to be JSON. */
function byName(
  text: string,
  members: readonly Member[],
  known: ReadonlySet<string>,
  where: string,
): Map<string, Member> {
  const named = new Map<string, Member>();
  for (const member of members) {
    const plain = member.name.startsWith('_') ? member.name.slice(1) : member.name;
    if (!known.has(plain))
      throw refuse('structure', 'this element is not known', { expression: `${where}.${printable(member.name)}` });
    named.set(member.name, member);
    if (member.name === 'entry' || member.name === 'resource' || member.name === 'request') continue;
    try {
      JSON.parse(text.slice(member.start, member.end));
    } catch {
      throw refuse('structure', `malformed JSON at character ${member.start}`, {
        expression: `${where}.${member.name}`,
      });
    }
  }
  return named;
}

const printable = (name: string): string => (/^[\w$.-]{1,64}$/.test(name) ? name : '?');

function stringOf(text: string, member: Member | undefined, where: string): string | null {
  if (member === undefined) return null;
  const value: unknown = JSON.parse(text.slice(member.start, member.end));
  if (typeof value !== 'string' || value === '')
    throw refuse('value', 'must be text', { expression: where, status: 400 });
  return value;
}

function relativeTo(base: string, url: string): string {
  if (url.startsWith(base)) return url.slice(base.length).replace(/^\//, '');
  return url.replace(/^\//, '');
}

/** The route of an entry's request, with its query. */
export function entryRoute(entry: BundleEntry): { readonly route: ReturnType<typeof routeOf>; readonly query: string } {
  const conditional = entry.url.indexOf('?');
  const path = conditional === -1 ? entry.url : entry.url.slice(0, conditional);
  return {
    route: routeOf(entry.method, `/${path}`),
    query: conditional === -1 ? '' : entry.url.slice(conditional + 1),
  };
}
