// Delete: http://hl7.org/fhir/R4/http.html#delete
import { refuse } from '@polyclinic/kit';
import type { Expectation } from '@polyclinic/records';
import { mayReplace, visibilityFor } from '../access.ts';
import { answer, etag, httpDate } from '../answer.ts';
import { type Ask, authorOf, keyOf } from '../ask.ts';
import { readIfMatch } from '../conditions.ts';
import type { FhirResponse } from '../exchange.ts';
import { checkUnreferenced } from '../integrity.ts';
import { ALL_OK } from '../outcome.ts';
import type { FhirParts } from '../parts.ts';

export function deleteResource(parts: FhirParts, ask: Ask): Promise<FhirResponse> {
  const version = readIfMatch(ask.request.headers['if-match']);
  return deleteById(parts, ask, ask.route.id, version === null ? { kind: 'any' } : { kind: 'version', version });
}

/** A delete of what is gone or never was succeeds too: it says what is wanted, and that is so. */
export async function deleteById(parts: FhirParts, ask: Ask, id: string, expect: Expectation): Promise<FhirResponse> {
  const { request, route } = ask;
  visibilityFor(request.subject, 'delete', route.type);
  const key = keyOf(request.subject, route.type, id);
  const expected = await mayReplace(parts.records, request.subject, 'delete', key, expect);
  await checkUnreferenced(parts, parts.records, key, request.subject);
  const outcome = await parts.records.write({
    key,
    expect: expected,
    author: authorOf(request),
    body: null,
    index: null,
  });
  if (outcome.kind === 'conflict')
    throw refuse('conflict', 'another version of this resource is current', { status: 412 });
  const headers: Record<string, string> =
    outcome.version === null
      ? {}
      : { etag: etag(outcome.version.version), 'last-modified': httpDate(outcome.version.at) };
  return ask.preference.return === 'OperationOutcome'
    ? answer(200, ALL_OK, headers)
    : { status: 204, headers, body: '' };
}
