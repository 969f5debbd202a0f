// The conditions a request's headers put on the version that is there: http://hl7.org/fhir/R4/http.html#concurrency
import { refuse } from '@polyclinic/kit';

/** The version an If-Match names; null when there is no such header. @throws Refusal 400 on anything but an ETag */
export function readIfMatch(header: string | undefined): number | null {
  if (header === undefined) return null;
  const version = /^\s*(?:W\/)?"([1-9]\d{0,8})"\s*$/.exec(header)?.[1];
  if (version === undefined) throw refuse('value', 'If-Match must be an ETag such as W/"3"', { status: 400 });
  return Number(version);
}

/** Whether If-None-Match or If-Modified-Since says the client already has this version (304). */
export function isUnchanged(headers: Readonly<Record<string, string>>, version: number, at: string): boolean {
  const noneMatch = headers['if-none-match'];
  // If-Modified-Since counts only where there is no If-None-Match: RFC 9110, section 13.2.2.
  if (noneMatch !== undefined)
    return noneMatch.split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === `"${version}"`);
  const since = headers['if-modified-since'];
  if (since === undefined) return false;
  const instant = Date.parse(since);
  // HTTP dates have whole seconds.
  return !Number.isNaN(instant) && Math.floor(Date.parse(at) / 1000) * 1000 <= instant;
}
