// Version read: a resource as it was. http://hl7.org/fhir/R4/http.html#vread
import { refuse } from '@polyclinic/kit';
import type { Records } from '@polyclinic/records';
import { visibilityFor } from '../access.ts';
import { versionAnswer } from '../answer.ts';
import { type Ask, keyOf } from '../ask.ts';
import { isUnchanged } from '../conditions.ts';
import type { FhirResponse } from '../exchange.ts';
import { existing, unchanged } from './read.ts';

export async function vread(records: Pick<Records, 'readVersion'>, ask: Ask): Promise<FhirResponse> {
  const { request, route } = ask;
  const visibility = visibilityFor(request.subject, 'vread', route.type);
  // Version numbers are counted here, so what is no number in their range never existed.
  if (!/^[1-9]\d{0,8}$/.test(route.last)) throw refuse('not-found', 'there is no such version');
  const key = keyOf(request.subject, route.type, route.id);
  const version = existing(await records.readVersion(key, Number(route.last), visibility));
  const response = versionAnswer(version);
  return isUnchanged(request.headers, version.version, version.at) ? unchanged(response) : response;
}
