// The clinic loop: nine related resources created, read, changed, and deleted in reverse; 36 requests in sequence.
import { repeat, type Step, type Workload } from '../workload.ts';
import * as make from './bodies.ts';

/** What one connection has made in the current round: `Type/id` and body by type. */
interface Made {
  [type: string]: { reference: string; body: Record<string, unknown> };
}

type Maker = (n: number, ref: (type: string) => string) => Record<string, unknown>;

const MAKERS: readonly (readonly [type: string, make: Maker])[] = [
  ['Patient', (n) => make.patient(n)],
  ['Location', (n) => make.location(n)],
  ['Organization', (n) => make.organization(n)],
  ['Practitioner', (n) => make.practitioner(n)],
  ['Encounter', (n, ref) => make.encounter(n, ref('Patient'))],
  ['Observation', (n, ref) => make.observation(n, ref('Patient'), ref('Encounter'))],
  ['MedicationRequest', (n, ref) => make.medicationRequest(n, ref('Patient'), ref('Practitioner'))],
  ['Claim', (n, ref) => make.claim(n, ref('Patient'), ref('Practitioner'))],
  ['ExplanationOfBenefit', (n, ref) => make.explanationOfBenefit(n, ref('Patient'), ref('Practitioner'), ref('Claim'))],
];

export function crudWorkloads(): Workload[] {
  let n = 9_000_000;
  const creates = MAKERS.map(([type, maker]): Step => {
    return {
      method: 'POST',
      setupRequest: (request, context) => {
        const made = context as Made;
        const body = maker(n++, (of) => made[of]?.reference ?? '');
        made[type] = { reference: '', body };
        return { ...request, path: `/fhir/R4/${type}`, body: JSON.stringify(body) };
      },
      onResponse: (_status, _body, context, headers) => {
        const location = String(
          (headers as Record<string, unknown>)?.['location'] ??
            (headers as Record<string, unknown>)?.['Location'] ??
            '',
        );
        const found = /([A-Za-z]+\/[A-Za-z0-9.-]{1,64})\/_history/.exec(location);
        const made = (context as Made)[type];
        if (made && found?.[1]) made.reference = found[1];
      },
    };
  });
  const at = (context: object, type: string) => (context as Made)[type] ?? { reference: type, body: {} };
  const reads = MAKERS.map(
    ([type]): Step => ({
      method: 'GET',
      setupRequest: (request, context) => ({ ...request, path: `/fhir/R4/${at(context, type).reference}` }),
    }),
  );
  const updates = MAKERS.map(
    ([type]): Step => ({
      method: 'PUT',
      setupRequest: (request, context) => {
        const { reference, body } = at(context, type);
        const changed = { ...body, id: reference.slice(type.length + 1), language: 'en' };
        return { ...request, path: `/fhir/R4/${reference}`, body: JSON.stringify(changed) };
      },
    }),
  );
  const deletes = MAKERS.toReversed().map(
    ([type]): Step => ({
      method: 'DELETE',
      setupRequest: (request, context) => ({ ...request, path: `/fhir/R4/${at(context, type).reference}` }),
    }),
  );
  return [repeat('create, read, update, delete loop', 314, () => [...creates, ...reads, ...updates, ...deletes])];
}
