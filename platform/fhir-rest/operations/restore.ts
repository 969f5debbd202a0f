// $restore?version=3: writes an old version again, as a new one. Nothing of what happened since is lost.
import { refuse } from '@polyclinic/kit';
import { visibilityFor } from '../access.ts';
import { type Ask, keyOf } from '../ask.ts';
import type { FhirResponse } from '../exchange.ts';
import { existing } from '../interactions/read.ts';
import { putResource, updateExpectation } from '../interactions/update.ts';
import type { FhirParts } from '../parts.ts';

/** @throws Refusal 404 for a version that never was, 410 for a deletion, 412 where If-Match names no longer what is current */
export async function restore(parts: FhirParts, ask: Ask): Promise<FhirResponse> {
  const { request, route } = ask;
  const visibility = visibilityFor(request.subject, 'history-instance', route.type);
  const wanted = new URLSearchParams(request.query).get('version') ?? '';
  if (!/^[1-9]\d{0,8}$/.test(wanted))
    throw refuse('value', 'version must name the version to restore', { expression: 'version', status: 400 });
  const key = keyOf(request.subject, route.type, route.id);
  const old = existing(await parts.records.readVersion(key, Number(wanted), visibility));
  return putResource(parts, ask, route.id, old.content ?? '', updateExpectation(request.headers));
}
