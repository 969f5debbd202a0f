// Resources of one small practice, with something of everything that search draws from. For tests.

export interface Sample {
  readonly resourceType: string;
  readonly id: string;
  readonly [element: string]: unknown;
}

const loinc = (code: string, display: string) => ({
  coding: [{ system: 'http://loinc.org', code, display }],
  text: display,
});
const mmHg = (value: number) => ({ value, unit: 'mmHg', system: 'http://unitsofmeasure.org', code: 'mm[Hg]' });

export const patient: Sample = {
  resourceType: 'Patient',
  id: 'eve',
  meta: {
    tag: [{ system: 'http://clinic.example/tags', code: 'trial' }],
    profile: ['http://clinic.example/p'],
    source: 'urn:door',
  },
  active: true,
  identifier: [
    {
      system: 'http://clinic.example/mrn',
      value: 'A|7',
      type: {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }],
        text: 'Record number',
      },
    },
  ],
  name: [{ family: 'Guzmán  Ørsted', given: ['Eve', 'María'], prefix: ['Dr.'] }, { text: 'Evi' }],
  telecom: [
    { system: 'phone', value: '555-0100' },
    { system: 'email', value: 'eve@clinic.example' },
  ],
  gender: 'female',
  birthDate: '1984-02',
  deceasedBoolean: false,
  address: [{ line: ['1 High Street'], city: 'Genève', postalCode: '1200', use: 'home' }],
  maritalStatus: { text: 'single' },
  managingOrganization: { reference: 'Organization/ours' },
  generalPractitioner: [{ identifier: { system: 'http://clinic.example/staff', value: '42' }, type: 'Practitioner' }],
};

export const bloodPressure: Sample = {
  resourceType: 'Observation',
  id: 'bp',
  status: 'final',
  category: [
    { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs' }] },
  ],
  code: loinc('85354-9', 'Blood pressure'),
  subject: { reference: 'Patient/eve' },
  encounter: { reference: 'Encounter/today/_history/3' },
  effectiveDateTime: '2026-03-02T10:00:00+01:00',
  performer: [{ reference: '#me' }, { reference: 'http://elsewhere.example/fhir/Practitioner/9' }],
  contained: [{ resourceType: 'Practitioner', id: 'me' }],
  component: [
    { code: loinc('8480-6', 'Systolic'), valueQuantity: mmHg(120) },
    { code: loinc('8462-4', 'Diastolic'), valueQuantity: mmHg(80.5) },
  ],
};

export const weight: Sample = {
  resourceType: 'Observation',
  id: 'weight',
  status: 'preliminary',
  code: loinc('29463-7', 'Body weight'),
  subject: { reference: 'Group/g' },
  effectivePeriod: { start: '2026-03-02' },
  valueQuantity: { value: 70500, comparator: '<', unit: 'Gramm', system: 'http://unitsofmeasure.org', code: 'g' },
};

export const condition: Sample = {
  resourceType: 'Condition',
  id: 'flu',
  subject: { reference: 'Patient/eve' },
  clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' }] },
  code: {
    coding: [
      { system: 'http://snomed.info/sct', code: '6142004' },
      { system: 'http://hl7.org/fhir/sid/icd-10', code: 'J11' },
    ],
  },
  onsetAge: { value: 41, system: 'http://unitsofmeasure.org', code: 'a' },
  recordedDate: '2026-03-01',
};

export const appointment: Sample = {
  resourceType: 'Appointment',
  id: 'a1',
  status: 'booked',
  start: '2026-03-02T09:00:00.250Z',
  end: '2026-03-02T09:30:00Z',
  participant: [
    { actor: { reference: 'Patient/eve' }, status: 'accepted' },
    { actor: { reference: 'Patient/adam' }, status: 'accepted' },
    { actor: { reference: 'Practitioner/p' }, status: 'accepted' },
  ],
};

export const plan: Sample = {
  resourceType: 'CarePlan',
  id: 'cp',
  status: 'active',
  intent: 'plan',
  subject: { reference: 'Patient/eve' },
  instantiatesCanonical: ['http://clinic.example/plan|2'],
  period: { end: '2026-12' },
  activity: [{ detail: { status: 'scheduled', scheduledTiming: { event: ['2026-05-01', '2026-04-01'] } } }],
};

export const document: Sample = {
  resourceType: 'DocumentReference',
  id: 'doc',
  status: 'current',
  relatesTo: [{ code: 'replaces', target: { reference: 'DocumentReference/old' } }],
  content: [{ attachment: { contentType: 'text/plain', url: 'http://clinic.example/doc', creation: '2026' } }],
};

export const risk: Sample = {
  resourceType: 'RiskAssessment',
  id: 'risk',
  status: 'final',
  subject: { reference: 'Patient/eve' },
  prediction: [{ probabilityDecimal: 12.5 }, { probabilityRange: { low: { value: 1 } } }],
};

export const clinicResources: readonly Sample[] = [
  patient,
  bloodPressure,
  weight,
  condition,
  appointment,
  plan,
  document,
  risk,
];
