// What the demo patients suffer from and take: codes of SNOMED CT, LOINC, RxNorm and CVX with the measures that go along.

export interface Medicine {
  readonly code: string;
  readonly display: string;
  readonly timesPerDay: number;
}

export interface Illness {
  readonly code: string;
  readonly display: string;
  readonly chronic: boolean;
  /** Age from which it appears. */
  readonly from: number;
  readonly medicines: readonly Medicine[];
  /** Laboratory measures followed because of it. */
  readonly follows: readonly string[];
}

const lisinopril = { code: '314076', display: 'lisinopril 10 MG Oral Tablet', timesPerDay: 1 };
const amlodipine = { code: '197361', display: 'amlodipine 5 MG Oral Tablet', timesPerDay: 1 };
const metformin = {
  code: '860975',
  display: '24 HR metformin hydrochloride 500 MG Extended Release Oral Tablet',
  timesPerDay: 2,
};
const simvastatin = { code: '312961', display: 'simvastatin 20 MG Oral Tablet', timesPerDay: 1 };
const amoxicillin = { code: '308191', display: 'amoxicillin 500 MG Oral Capsule', timesPerDay: 3 };
const omeprazole = { code: '198051', display: 'omeprazole 20 MG Delayed Release Oral Capsule', timesPerDay: 1 };
const sertraline = { code: '312941', display: 'sertraline 50 MG Oral Tablet', timesPerDay: 1 };
const ibuprofen = { code: '310965', display: 'ibuprofen 200 MG Oral Tablet', timesPerDay: 3 };

export const ILLNESSES: readonly Illness[] = [
  {
    code: '59621000',
    display: 'Essential hypertension',
    chronic: true,
    from: 35,
    medicines: [lisinopril, amlodipine],
    follows: ['2160-0', '2823-3'],
  },
  {
    code: '44054006',
    display: 'Diabetes mellitus type 2',
    chronic: true,
    from: 40,
    medicines: [metformin],
    follows: ['4548-4', '2339-0', '2160-0'],
  },
  {
    code: '55822004',
    display: 'Hyperlipidemia',
    chronic: true,
    from: 35,
    medicines: [simvastatin],
    follows: ['2093-3', '2571-8', '2085-9'],
  },
  { code: '195967001', display: 'Asthma', chronic: true, from: 5, medicines: [], follows: [] },
  {
    code: '370143000',
    display: 'Major depressive disorder',
    chronic: true,
    from: 18,
    medicines: [sertraline],
    follows: [],
  },
  {
    code: '235595009',
    display: 'Gastroesophageal reflux disease',
    chronic: true,
    from: 25,
    medicines: [omeprazole],
    follows: [],
  },
  { code: '396275006', display: 'Osteoarthritis', chronic: true, from: 50, medicines: [ibuprofen], follows: [] },
  { code: '40930008', display: 'Hypothyroidism', chronic: true, from: 30, medicines: [], follows: ['3016-3'] },
  { code: '10509002', display: 'Acute bronchitis', chronic: false, from: 1, medicines: [], follows: [] },
  { code: '36971009', display: 'Sinusitis', chronic: false, from: 4, medicines: [amoxicillin], follows: [] },
  { code: '65363002', display: 'Otitis media', chronic: false, from: 0, medicines: [amoxicillin], follows: [] },
  { code: '195662009', display: 'Acute viral pharyngitis', chronic: false, from: 2, medicines: [], follows: [] },
  { code: '44465007', display: 'Sprain of ankle', chronic: false, from: 6, medicines: [ibuprofen], follows: [] },
];

export interface Measure {
  readonly code: string;
  readonly display: string;
  readonly unit: string;
  readonly ucum: string;
  readonly mean: number;
  readonly sd: number;
  readonly decimals: number;
}

export const VITALS: readonly Measure[] = [
  { code: '8867-4', display: 'Heart rate', unit: '/min', ucum: '/min', mean: 72, sd: 9, decimals: 0 },
  { code: '8310-5', display: 'Body temperature', unit: 'Cel', ucum: 'Cel', mean: 36.7, sd: 0.4, decimals: 1 },
  { code: '9279-1', display: 'Respiratory rate', unit: '/min', ucum: '/min', mean: 15, sd: 2, decimals: 0 },
  {
    code: '2708-6',
    display: 'Oxygen saturation in Arterial blood',
    unit: '%',
    ucum: '%',
    mean: 97.5,
    sd: 1,
    decimals: 0,
  },
];

export const LABS: readonly Measure[] = [
  {
    code: '4548-4',
    display: 'Hemoglobin A1c/Hemoglobin.total in Blood',
    unit: '%',
    ucum: '%',
    mean: 7.1,
    sd: 0.8,
    decimals: 1,
  },
  {
    code: '2339-0',
    display: 'Glucose [Mass/volume] in Blood',
    unit: 'mg/dL',
    ucum: 'mg/dL',
    mean: 128,
    sd: 22,
    decimals: 0,
  },
  {
    code: '2160-0',
    display: 'Creatinine [Mass/volume] in Serum or Plasma',
    unit: 'mg/dL',
    ucum: 'mg/dL',
    mean: 0.95,
    sd: 0.18,
    decimals: 2,
  },
  {
    code: '2823-3',
    display: 'Potassium [Moles/volume] in Serum or Plasma',
    unit: 'mmol/L',
    ucum: 'mmol/L',
    mean: 4.2,
    sd: 0.3,
    decimals: 1,
  },
  {
    code: '2093-3',
    display: 'Cholesterol [Mass/volume] in Serum or Plasma',
    unit: 'mg/dL',
    ucum: 'mg/dL',
    mean: 205,
    sd: 28,
    decimals: 0,
  },
  {
    code: '2571-8',
    display: 'Triglyceride [Mass/volume] in Serum or Plasma',
    unit: 'mg/dL',
    ucum: 'mg/dL',
    mean: 150,
    sd: 35,
    decimals: 0,
  },
  {
    code: '2085-9',
    display: 'Cholesterol in HDL [Mass/volume] in Serum or Plasma',
    unit: 'mg/dL',
    ucum: 'mg/dL',
    mean: 52,
    sd: 10,
    decimals: 0,
  },
  {
    code: '3016-3',
    display: 'Thyrotropin [Units/volume] in Serum or Plasma',
    unit: 'm[IU]/L',
    ucum: 'm[IU]/L',
    mean: 2.4,
    sd: 0.9,
    decimals: 1,
  },
];

export const VACCINES = [
  { code: '140', display: 'Influenza, split virus, trivalent, PF' },
  { code: '115', display: 'Tdap' },
  { code: '03', display: 'MMR' },
  { code: '08', display: 'Hep B, adolescent or pediatric' },
] as const;

export const ALLERGENS = [
  {
    code: '91936005',
    display: 'Allergy to penicillin',
    category: 'medication',
    reaction: ['271807003', 'Eruption of skin'],
  },
  { code: '91934008', display: 'Allergy to nut', category: 'food', reaction: ['39579001', 'Anaphylaxis'] },
  {
    code: '232347008',
    display: 'Allergy to animal dander',
    category: 'environment',
    reaction: ['418363000', 'Itching of skin'],
  },
] as const;

export const REASONS = [
  ['185345009', 'Encounter for symptom'],
  ['185349003', 'Encounter for check up'],
  ['390906007', 'Follow-up encounter'],
] as const;
