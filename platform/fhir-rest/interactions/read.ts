// Read: the current version of a resource. http://hl7.org/fhir/R4/http.html#read
import { refuse } from '@polyclinic/kit';
import type { Records, Version } from '@polyclinic/records';
import { visibilityFor } from '../access.ts';
import { versionAnswer } from '../answer.ts';
import { type Ask, keyOf } from '../ask.ts';
import { isUnchanged } from '../conditions.ts';
import type { FhirResponse } from '../exchange.ts';
import { readSubset, subsetOf } from '../summary.ts';

export async function read(records: Pick<Records, 'read'>, ask: Ask): Promise<FhirResponse> {
  const { request, route } = ask;
  const visibility = visibilityFor(request.subject, 'read', route.type);
  const [version] = await records.read([keyOf(request.subject, route.type, route.id)], visibility);
  const current = existing(version ?? null);
  const response = versionAnswer(current);
  if (isUnchanged(request.headers, current.version, current.at)) return unchanged(response);
  const subset = readSubset(request.query);
  return subset === null ? response : { ...response, body: subsetOf(response.body, current.type, subset) };
}

/** 304 has the headers of the answer it stands for, and no body. */
export const unchanged = (response: FhirResponse): FhirResponse => {
  const { 'content-type': _, ...headers } = response.headers;
  return { status: 304, headers, body: '' };
};

/** @throws Refusal 404 where there never was such a resource (or it can't be seen), 410 where it was deleted */
export function existing(version: Version | null): Version {
  if (version === null) throw refuse('not-found', 'there is no such resource');
  if (version.content === null) throw refuse('deleted', 'this resource was deleted');
  return version;
}
