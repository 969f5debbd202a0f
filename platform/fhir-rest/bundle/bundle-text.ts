// Result Bundles made of stored texts, never parsed: http://hl7.org/fhir/R4/bundle.html
import type { Issue } from '@polyclinic/kit';
import type { Version } from '@polyclinic/records';
import { etag } from '../answer.ts';
import { outcomeText } from '../outcome.ts';

export interface BundleLink {
  readonly relation: 'self' | 'next' | 'previous' | 'first';
  readonly url: string;
}

/** A Bundle of finished entries. */
export function bundleText(
  type: 'searchset' | 'history' | 'batch-response' | 'transaction-response',
  head: {
    readonly id: string;
    readonly at: string;
    readonly total: number | null;
    readonly links: readonly BundleLink[];
  },
  entries: readonly string[],
): string {
  const total = head.total === null ? '' : `,"total":${head.total}`;
  const links = head.links.length === 0 ? '' : `,"link":${JSON.stringify(head.links)}`;
  // An empty list is not allowed in FHIR JSON: without entries the member is left out.
  const list = entries.length === 0 ? '' : `,"entry":[${entries.join(',')}]`;
  return `{"resourceType":"Bundle","id":"${head.id}","meta":{"lastUpdated":"${head.at}"},"type":"${type}"${total}${links}${list}}`;
}

export const searchEntry = (
  base: string,
  version: Version,
  mode: 'match' | 'include',
  content = version.content,
): string => `{"fullUrl":"${base}/${version.type}/${version.id}","resource":${content},"search":{"mode":"${mode}"}}`;

/** What the server has to say about the search itself. */
export const outcomeEntry = (issues: readonly Issue[]): string =>
  `{"resource":${outcomeText(issues)},"search":{"mode":"outcome"}}`;

const METHOD = { create: 'POST', update: 'PUT', delete: 'DELETE' } as const;
const STATUS = { create: '201', update: '200', delete: '204' } as const;

/** One version in a history: http://hl7.org/fhir/R4/http.html#history */
export function historyEntry(base: string, version: Version): string {
  const { type, id, operation } = version;
  const url = operation === 'create' ? type : `${type}/${id}`;
  const resource = version.content === null ? '' : `,"resource":${version.content}`;
  return `{"fullUrl":"${base}/${type}/${id}"${resource},"request":{"method":"${METHOD[operation]}","url":"${url}"},"response":{"status":"${STATUS[operation]}","etag":${JSON.stringify(etag(version.version))},"lastModified":"${version.at}"}}`;
}
