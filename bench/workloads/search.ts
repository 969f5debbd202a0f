// The searches clinics make most, one at a time and mixed. Paths are made per request, so no two answers need be alike.
import { repeat, type Step, type Workload } from '../workload.ts';
import { codeOf, familyOf } from './bodies.ts';
import type { Data } from './data.ts';

/** Name, reference figure, path of the n-th request. */
type Search = readonly [name: string, reference: number, path: (n: number, data: Data) => string];

const who = (n: number, data: Data) => data.patients[(n * 13) % data.patients.length] as string;
const idOf = (reference: string) => reference.slice(reference.indexOf('/') + 1);
const birth = (n: number) => new Date(Date.UTC(1940, 0, 1 + ((n * 37) % 25_000))).toISOString().slice(0, 10);

const SEARCHES: readonly Search[] = [
  ['family', 530, (n) => `Patient?family=${familyOf(n)}`],
  ['identifier', 1_129, (n, data) => `Patient?identifier=https://bench.example/record|R${n % data.patients.length}`],
  [
    'birthdate and gender',
    446,
    (n) => `Patient?birthdate=${birth(n % 1_000)}&gender=${n % 2 === 0 ? 'female' : 'male'}`,
  ],
  [
    'patient and code, newest first',
    532,
    (n, data) => `Observation?patient=${idOf(who(n, data))}&code=http://loinc.org|${codeOf(n)}&_sort=-date`,
  ],
  ['category and date', 478, (n) => `Observation?category=vital-signs&date=ge20${15 + (n % 10)}-06-01`],
  ['code', 531, (n) => `Observation?code=http://loinc.org|${codeOf(n)}`],
  ['_include', 390, (n, data) => `Observation?patient=${idOf(who(n, data))}&_include=Observation:patient`],
  ['_revinclude', 160, (n, data) => `Patient?_id=${idOf(who(n, data))}&_revinclude=Observation:patient`],
  ['_has', 356, (n) => `Patient?family=${familyOf(n)}&_has:Observation:patient:code=http://loinc.org|${codeOf(n)}`],
  ['chained', 367, (n) => `Observation?patient.family=${familyOf(n)}`],
  ['name with _sort', 179, (n) => `Patient?name=${familyOf(n).slice(0, 4)}&_sort=birthdate`],
  ['_summary=count', 818, (n) => `Observation?code=http://loinc.org|${codeOf(n)}&_summary=count`],
];

/** Medplum's mix of the same twelve. */
const MIX_REFERENCE = 332;

export function searchWorkloads(data: Data): Workload[] {
  let n = 0;
  const step = ([, , path]: Search): Step => ({
    method: 'GET',
    setupRequest: (request) => ({ ...request, path: `/fhir/R4/${path(n++, data)}${'&_count=20'}` }),
  });
  return [
    ...SEARCHES.map((search) => repeat(`search: ${search[0]}`, search[1], () => [step(search)])),
    repeat('search: mix of 12', MIX_REFERENCE, () => SEARCHES.map(step)),
  ];
}
