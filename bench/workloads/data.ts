// What searches run over: patients with forty observations and five encounters each, posted as transaction Bundles.
import type { Program } from '../programs.ts';
import { encounter, observation, patient } from './bodies.ts';

export interface Data {
  /** `Patient/id` of every patient, in the order of their numbers. */
  readonly patients: readonly string[];
  readonly observations: readonly string[];
}

const PATIENTS_PER_BUNDLE = 20;

export async function loadData(program: Program, count: number): Promise<Data> {
  const patients: string[] = [];
  const observations: string[] = [];
  const started = performance.now();
  for (let from = 0; from < count; from += PATIENTS_PER_BUNDLE) {
    const entries = Array.from({ length: Math.min(PATIENTS_PER_BUNDLE, count - from) }, (_, n) =>
      entriesOf(from + n),
    ).flat();
    for (const reference of await post(program, entries)) {
      if (reference.startsWith('Patient/')) patients.push(reference);
      if (reference.startsWith('Observation/')) observations.push(reference);
    }
  }
  const resources = count * 46;
  console.log(
    `loaded ${resources} resources, ${Math.round((resources * 1_000) / (performance.now() - started))}/s by one client`,
  );
  return { patients, observations };
}

const urn = (n: number) => `urn:uuid:${n.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`;

function entriesOf(n: number) {
  const self = urn(n * 100);
  const visits = Array.from({ length: 5 }, (_, v) => urn(n * 100 + 1 + v));
  const entry = (fullUrl: string, resource: { resourceType: string }) => ({
    fullUrl,
    resource,
    request: { method: 'POST', url: resource.resourceType },
  });
  return [
    entry(self, patient(n)),
    ...visits.map((url, v) => entry(url, encounter(n * 5 + v, self))),
    ...Array.from({ length: 40 }, (_, o) => entry(urn(n * 100 + 10 + o), observation(n * 41 + o, self, visits[o % 5]))),
  ];
}

/** Posts one transaction Bundle and returns `Type/id` of each entry. @throws Error when it is refused */
export async function post(program: Program, entry: readonly object[]): Promise<string[]> {
  const answer = await fetch(`${program.url}/fhir/R4`, {
    method: 'POST',
    headers: program.headers,
    body: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }),
  });
  const body = (await answer.json()) as { entry?: { response: { location?: string } }[] };
  if (!answer.ok) throw new Error(`a bundle was refused with ${answer.status}`);
  return (body.entry ?? []).map(
    ({ response }) => /([A-Za-z]+\/[A-Za-z0-9.-]{1,64})\/_history/.exec(response.location ?? '')?.[1] ?? '',
  );
}
