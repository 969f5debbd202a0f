// Update and update as create: http://hl7.org/fhir/R4/http.html#update
import { refuse } from '@polyclinic/kit';
import type { Expectation, Version, WriteOutcome } from '@polyclinic/records';
import { mayReplace, visibilityFor } from '../access.ts';
import { writtenAnswer } from '../answer.ts';
import { type Ask, authorOf, keyOf } from '../ask.ts';
import { readIfMatch } from '../conditions.ts';
import type { FhirResponse } from '../exchange.ts';
import { checkReferences } from '../integrity.ts';
import { checkContentType } from '../negotiate.ts';
import type { FhirParts } from '../parts.ts';
import { prepareResource } from '../prepare.ts';

export async function update(parts: FhirParts, ask: Ask): Promise<FhirResponse> {
  const { request, route } = ask;
  checkContentType(request.headers['content-type']);
  return putResource(parts, ask, route.id, request.body, updateExpectation(request.headers));
}

/** If-Match names the version to replace; `If-None-Match: *` asks for a create. */
export function updateExpectation(headers: Readonly<Record<string, string | undefined>>): Expectation {
  const version = readIfMatch(headers['if-match']);
  if (version !== null) return { kind: 'version', version };
  return headers['if-none-match']?.trim() === '*' ? { kind: 'absent' } : { kind: 'any' };
}

/** Writes `text` as the resource `route.type/id`, whether it is there or not. */
export async function putResource(
  parts: FhirParts,
  ask: Ask,
  id: string,
  text: string,
  expect: Expectation,
): Promise<FhirResponse> {
  const { request, route } = ask;
  const visibility = visibilityFor(request.subject, 'update', route.type);
  const key = keyOf(request.subject, route.type, id);
  // A conditional update may leave the id to the server; one it gives was compared with the match already.
  const ownId = route.interaction === 'update' ? 'required' : 'replaced';
  const prepared = prepareResource(text, { type: route.type, id, ownId }, visibility);
  await checkReferences(parts, prepared.resource, request);
  const outcome = await parts.records.write({
    key,
    expect: await mayReplace(parts.records, request.subject, 'update', key, expect),
    author: authorOf(request),
    body: prepared.body,
    index: prepared.index,
  });
  const version = writtenVersion(outcome);
  return writtenAnswer(request.base, outcome.kind === 'created' ? 201 : 200, version, ask.preference);
}

/** @throws Refusal 412 when the expected version was not the current one */
export function writtenVersion(outcome: WriteOutcome): Version {
  if (outcome.kind !== 'conflict' && outcome.version !== null) return outcome.version;
  throw refuse('conflict', 'another version of this resource is current', { status: 412 });
}
