// Operations, by name and level: http://hl7.org/fhir/R4/operations.html
import { refuse } from '@polyclinic/kit';
import type { Ask } from '../ask.ts';
import type { FhirRequest, FhirResponse } from '../exchange.ts';
import type { FhirParts } from '../parts.ts';
import { MethodNotAllowed } from '../route.ts';
import { changes } from './changes.ts';
import { everything } from './everything.ts';
import { meta } from './meta.ts';
import { restore } from './restore.ts';
import { validateOperation } from './validate.ts';

const ANYWHERE = new Set(['everything', 'validate']);

/** Whether an operation needs no owner: it asks the owners itself, or nobody at all. */
export const runsAnywhere = (name: string): boolean => ANYWHERE.has(name);

/** @throws Refusal 404 for an operation that is not offered at this level */
export async function operation(
  parts: FhirParts,
  ask: Ask,
  handle: (request: FhirRequest) => Promise<FhirResponse>,
): Promise<FhirResponse> {
  const { request, route } = ask;
  const { last: name, type, id } = route;
  if (name === 'everything' && (type === 'Patient' || type === 'Encounter') && id !== '')
    return everything(parts, ask, handle);
  if (name === 'validate') {
    if (request.method !== 'POST') throw new MethodNotAllowed(['POST']);
    return validateOperation(parts, ask);
  }
  if (name === 'meta' && id !== '') {
    if (request.method === 'POST') throw new MethodNotAllowed(['GET']);
    return meta(parts, ask);
  }
  if (name === 'changes' && id !== '') {
    if (request.method === 'POST') throw new MethodNotAllowed(['GET']);
    return changes(parts, ask);
  }
  if (name === 'restore' && id !== '') {
    if (request.method !== 'POST') throw new MethodNotAllowed(['POST']);
    return restore(parts, ask);
  }
  throw refuse('not-supported', 'this operation is not offered here', { status: 404 });
}
