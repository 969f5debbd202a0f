// An entry of a Bundle as the request it stands for: http://hl7.org/fhir/R4/bundle.html#bundle-request
import { refuse } from '@polyclinic/kit';
import type { FhirRequest } from '../exchange.ts';
import { topLevelText } from '../json/top-level.ts';
import type { BundleEntry } from './read-bundle.ts';

/** @throws Refusal for what may not stand in a Bundle */
export function entryRequest(entry: BundleEntry, outer: FhirRequest): FhirRequest {
  const at = entry.url.indexOf('?');
  const path = `/${at === -1 ? entry.url : entry.url.slice(0, at)}`;
  if (path === '/' && entry.method === 'POST')
    throw refuse('not-supported', 'a Bundle may not stand inside a Bundle', { status: 400 });
  const patch = entry.method === 'PATCH' ? readPatch(entry.resource) : null;
  const headers: Record<string, string> = {};
  const set = (name: string, value: string | null | undefined) => {
    if (value !== null && value !== undefined) headers[name] = value;
  };
  // Resources come back only when they are asked for: a Bundle of thousands would double its size.
  set('prefer', outer.headers['prefer'] ?? 'return=minimal');
  set('content-type', patch?.contentType ?? (entry.resource === null ? null : 'application/fhir+json'));
  set('if-match', entry.ifMatch);
  set('if-none-match', entry.ifNoneMatch);
  set('if-modified-since', entry.ifModifiedSince === null ? null : new Date(entry.ifModifiedSince).toUTCString());
  set('if-none-exist', entry.ifNoneExist);
  return {
    ...outer,
    method: entry.method,
    path,
    query: at === -1 ? '' : entry.url.slice(at + 1),
    headers,
    body: patch?.body ?? entry.resource ?? '',
  };
}

/** In a Bundle a FHIRPath Patch is a Parameters resource, a JSON Patch travels as a Binary. */
export function readPatch(resource: string | null): { readonly contentType: string; readonly body: string } {
  if (resource === null) throw refuse('required', 'a PATCH entry needs a resource', { status: 400 });
  if (topLevelText(resource, 'resourceType') !== 'Binary')
    return { contentType: 'application/fhir+json', body: resource };
  const contentType = topLevelText(resource, 'contentType') ?? '';
  return { contentType, body: Buffer.from(topLevelText(resource, 'data') ?? '', 'base64').toString() };
}
