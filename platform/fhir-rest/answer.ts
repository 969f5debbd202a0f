// Answers as texts and headers, made by concatenation: the resource is never parsed on its way out.
import type { Version } from '@polyclinic/records';
import type { FhirResponse } from './exchange.ts';
import { FHIR_JSON } from './negotiate.ts';
import { ALL_OK } from './outcome.ts';
import type { Preference } from './prefer.ts';

const NOTHING: Readonly<Record<string, string>> = {};

/** `Sat, 21 Nov 2026 12:00:00 GMT`, as Last-Modified wants it. */
export const httpDate = (at: string): string => new Date(at).toUTCString();

export const etag = (version: number): string => `W/"${version}"`;

export const locationOf = (base: string, version: Version): string =>
  `${base}/${version.type}/${version.id}/_history/${version.version}`;

/** JSON with a status. */
export const answer = (
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = NOTHING,
): FhirResponse => ({
  status,
  headers: { 'content-type': FHIR_JSON, ...headers },
  body,
});

/** One version, as read answers it. */
export const versionAnswer = (version: Version): FhirResponse => ({
  status: 200,
  headers: { 'content-type': FHIR_JSON, etag: etag(version.version), 'last-modified': httpDate(version.at) },
  body: version.content ?? '',
});

/** The answer to a write, as the client prefers it: http://hl7.org/fhir/R4/http.html#return */
export function writtenAnswer(base: string, status: 200 | 201, version: Version, preference: Preference): FhirResponse {
  return {
    status,
    headers: {
      'content-type': FHIR_JSON,
      etag: etag(version.version),
      'last-modified': httpDate(version.at),
      location: locationOf(base, version),
    },
    body:
      preference.return === 'representation' ? (version.content ?? '') : preference.return === 'minimal' ? '' : ALL_OK,
  };
}
