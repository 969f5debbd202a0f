// Bodies of the sizes clinics send, 0.8 to 8 KB, each made from a number so that no two are alike.
import { concept, LOINC, quantity, RXNORM, SNOMED, TERMINOLOGY, term } from '../../tools/seed/model.ts';

const FAMILIES = [
  'Abara',
  'Bennett',
  'Castillo',
  'Dvorak',
  'Eriksen',
  'Fischer',
  'Garcia',
  'Haddad',
  'Ivanova',
  'Jensen',
];
const CODES = ['8867-4', '8310-5', '9279-1', '2708-6', '29463-7', '8302-2', '39156-5', '4548-4', '2339-0', '2160-0'];
const narrative = (words: number) => ({
  status: 'generated',
  div: `<div xmlns="http://www.w3.org/1999/xhtml"><p>${'Generated summary of this record. '.repeat(words)}</p></div>`,
});
const day = (n: number) => new Date(Date.UTC(2015, 0, 1 + (n % 4_000), n % 24, n % 60)).toISOString().slice(0, 19);

export const familyOf = (n: number): string => `${FAMILIES[n % FAMILIES.length]}${Math.trunc(n / 40) % 40}`;
export const codeOf = (n: number): string => CODES[n % CODES.length] as string;

export const patient = (n: number) => ({
  resourceType: 'Patient',
  text: narrative(6),
  identifier: [
    { type: term('v2-0203', 'MR', 'Medical record number'), system: 'https://bench.example/record', value: `R${n}` },
  ],
  active: true,
  name: [{ use: 'official', family: familyOf(n), given: [`Given${n % 97}`] }],
  telecom: [{ system: 'phone', value: `+1-202-555-01${String(n % 100).padStart(2, '0')}`, use: 'home' }],
  gender: n % 2 === 0 ? 'female' : 'male',
  birthDate: new Date(Date.UTC(1940, 0, 1 + ((n * 37) % 25_000))).toISOString().slice(0, 10),
  address: [{ line: [`${n} Alder Street`], city: `Town${n % 30}`, state: 'EX', postalCode: '00010', country: 'US' }],
});

export const observation = (n: number, subject: string, encounter?: string) => ({
  resourceType: 'Observation',
  status: 'final',
  category: [
    { coding: [{ system: `${TERMINOLOGY}/observation-category`, code: n % 3 === 0 ? 'laboratory' : 'vital-signs' }] },
  ],
  code: concept(LOINC, codeOf(n), `Measure ${codeOf(n)}`),
  subject: { reference: subject },
  ...(encounter === undefined ? {} : { encounter: { reference: encounter } }),
  effectiveDateTime: `${day(n)}Z`,
  issued: `${day(n)}.000Z`,
  valueQuantity: quantity(50 + (n % 900) / 10, 'mg/dL'),
  note: [{ text: 'Measured at rest. '.repeat(12) }],
});

export const encounter = (n: number, subject: string) => ({
  resourceType: 'Encounter',
  text: narrative(10),
  status: 'finished',
  class: { system: `${TERMINOLOGY}/v3-ActCode`, code: 'AMB' },
  type: [concept(SNOMED, '185349003', 'Encounter for check up')],
  subject: { reference: subject },
  period: { start: `${day(n)}Z`, end: `${day(n)}Z` },
});

export const medicationRequest = (n: number, subject: string, requester?: string) => ({
  resourceType: 'MedicationRequest',
  text: narrative(12),
  status: 'active',
  intent: 'order',
  medicationCodeableConcept: concept(RXNORM, '314076', 'lisinopril 10 MG Oral Tablet'),
  subject: { reference: subject },
  authoredOn: `${day(n)}Z`,
  ...(requester === undefined ? {} : { requester: { reference: requester } }),
  dosageInstruction: [{ text: 'once a day', timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd' } } }],
});

export const practitioner = (n: number) => ({
  resourceType: 'Practitioner',
  text: narrative(8),
  identifier: [{ system: 'https://bench.example/staff', value: `S${n}` }],
  name: [{ family: familyOf(n), given: ['Staff'] }],
});

export const organization = (n: number) => ({
  resourceType: 'Organization',
  text: narrative(12),
  active: true,
  name: `Organization ${n}`,
});
export const location = (n: number) => ({
  resourceType: 'Location',
  text: narrative(12),
  status: 'active',
  name: `Room ${n}`,
});

const items = (count: number) =>
  Array.from({ length: count }, (_, n) => ({
    sequence: n + 1,
    productOrService: concept(SNOMED, '185349003', 'Encounter for check up'),
    net: { value: 129.16, currency: 'USD' },
  }));

export const claim = (n: number, subject: string, provider: string) => ({
  resourceType: 'Claim',
  text: narrative(10),
  status: 'active',
  type: term('claim-type', 'professional'),
  use: 'claim',
  patient: { reference: subject },
  created: day(n).slice(0, 10),
  provider: { reference: provider },
  priority: { coding: [{ system: `${TERMINOLOGY}/processpriority`, code: 'normal' }] },
  insurance: [{ sequence: 1, focal: true, coverage: { display: 'Example insurance' } }],
  item: items(8),
  total: { value: 1033.28, currency: 'USD' },
});

export const explanationOfBenefit = (n: number, subject: string, provider: string, claimed: string) => ({
  resourceType: 'ExplanationOfBenefit',
  text: narrative(16),
  status: 'active',
  type: term('claim-type', 'professional'),
  use: 'claim',
  patient: { reference: subject },
  created: day(n).slice(0, 10),
  insurer: { display: 'Example insurance' },
  provider: { reference: provider },
  claim: { reference: claimed },
  outcome: 'complete',
  insurance: [{ focal: true, coverage: { display: 'Example insurance' } }],
  item: items(24),
});
