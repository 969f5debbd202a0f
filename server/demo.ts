// The demo clinics, loaded once: every resource is stored under its own id, so a load that was cut off is simply repeated.
import type { FhirRequest, FhirResponse } from '@polyclinic/fhir-rest';
import type { Subject } from '@polyclinic/kit';

export interface DemoPart {
  readonly clinic: number;
  readonly title: string;
  /** How much of the whole it is. */
  readonly size: number;
  /** A transaction Bundle as JSON. */
  readonly bundle: string;
}

/** Loads the parts in order. @param say told how far it is, in whole steps of ten per cent */
export async function loadDemo(
  parts: AsyncIterable<DemoPart> | Iterable<DemoPart>,
  total: number,
  handle: (request: FhirRequest) => Promise<FhirResponse>,
  say: (line: string) => void,
): Promise<void> {
  let loaded = 0;
  let said = -1;
  const tell = () => {
    const tenth = Math.floor((loaded / Math.max(total, 1)) * 10);
    if (tenth > said) say(`Loading the demo clinics … ${tenth * 10} %`);
    said = tenth;
  };
  tell();
  for await (const part of parts) {
    const answer = await handle(requestFor(part));
    if (answer.status !== 200)
      throw new Error(
        `The demo could not be loaded: ${part.title} was answered ${answer.status}: ${answer.body.slice(0, 2_000)}`,
      );
    loaded += part.size;
    tell();
  }
}

function requestFor({ clinic, bundle }: DemoPart): FhirRequest {
  const subject: Subject = { id: 'demo', client: 'demo', clinic, roles: ['system'], scopes: ['system/*.cruds'] };
  return {
    method: 'POST',
    path: '/',
    query: '',
    headers: { 'content-type': 'application/fhir+json', prefer: 'return=minimal' },
    body: bundle,
    base: 'http://demo.invalid/fhir/R4',
    subject,
    requestId: 'demo',
  };
}
