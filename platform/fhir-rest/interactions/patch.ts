// Patch by JSON Patch or FHIRPath Patch: http://hl7.org/fhir/R4/http.html#patch
import { refuse } from '@polyclinic/kit';
import type { Version } from '@polyclinic/records';
import { visibilityFor } from '../access.ts';
import { writtenAnswer } from '../answer.ts';
import { type Ask, authorOf, keyOf } from '../ask.ts';
import { readIfMatch } from '../conditions.ts';
import { repeats } from '../elements.ts';
import type { FhirResponse } from '../exchange.ts';
import { checkReferences } from '../integrity.ts';
import { topLevelId } from '../json/top-level.ts';
import { checkContentType } from '../negotiate.ts';
import type { FhirParts } from '../parts.ts';
import { applyFhirPathPatch } from '../patch/fhirpath-patch.ts';
import { applyJsonPatch } from '../patch/json-patch.ts';
import { prepareResource } from '../prepare.ts';
import { existing } from './read.ts';
import { writtenVersion } from './update.ts';

export const JSON_PATCH = 'application/json-patch+json';
/** How often a patch without If-Match is tried again on a version that came in between. */
const MOST_TRIES = 5;

export function patch(parts: FhirParts, ask: Ask): Promise<FhirResponse> {
  return patchById(parts, ask, ask.route.id);
}

export async function patchById(parts: FhirParts, ask: Ask, id: string): Promise<FhirResponse> {
  const { request, route } = ask;
  const format = checkContentType(request.headers['content-type'], [JSON_PATCH]);
  const visibility = visibilityFor(request.subject, 'patch', route.type);
  const key = keyOf(request.subject, route.type, id);
  const wanted = readIfMatch(request.headers['if-match']);
  for (let tries = 1; ; tries++) {
    const [found] = await parts.records.read([key], visibility);
    const current = existing(found ?? null);
    if (wanted !== null && wanted !== current.version)
      throw refuse('conflict', 'another version of this resource is current', { status: 412 });
    const text = patched(current, request.body, format);
    const prepared = prepareResource(text, { type: route.type, id, ownId: 'required' }, visibility);
    await checkReferences(parts, prepared.resource, request);
    const outcome = await parts.records.write({
      key: { ...key, clinic: request.subject.clinic },
      // A resource all clinics share is patched into this clinic's own.
      expect: current.clinic === key.clinic ? { kind: 'version', version: current.version } : { kind: 'absent' },
      author: authorOf(request),
      body: prepared.body,
      index: prepared.index,
    });
    // Somebody wrote in between: the patch is tried on what they wrote, unless the client named the version.
    if (outcome.kind === 'conflict' && wanted === null && tries < MOST_TRIES) continue;
    return writtenAnswer(request.base, 200, writtenVersion(outcome), ask.preference);
  }
}

/** The resource's text after the patch, with the same type and id. */
export function patched(current: Version, patchText: string, format: string): string {
  const text =
    format === JSON_PATCH
      ? applyJsonPatch(current.content ?? '', patchText)
      : applyFhirPathPatch(current.content ?? '', patchText, repeats);
  if (topLevelId(text) !== current.id) throw refuse('value', 'a patch can not change the id', { expression: 'id' });
  return text;
}
