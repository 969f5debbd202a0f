// Resources and searches made of few values, so that searches meet something.
import { resourceTypes } from '@polyclinic/fhir';
import { seeded } from './practice.test-data.ts';

type Resource = Readonly<Record<string, unknown>>;
type Random = ReturnType<typeof seeded>;

const FAMILIES = ['Smith', 'Smythe', 'Ørsted', 'Zoë-Ann', '100%_sure', "O'Neil", '王'];
const CODES = ['a', 'b', 'c', 'd'];
const SYSTEMS = ['http://one.example', 'http://two.example', ''];
const DATES = [
  '2020',
  '2020-03',
  '2020-03-05',
  '2020-03-05T10:00:00Z',
  '2021-01-01',
  '2020-03-05T10:00:00.5+01:00',
  '2019-12-31T23:59:59Z',
];
const UNITS = ['mg', 'g', 'kg'];

const coding = (random: Random) => {
  const system = random.one(SYSTEMS);
  return {
    ...(system === '' ? {} : { system }),
    code: random.one(CODES),
    ...(random.chance(0.5) ? { display: `${random.one(FAMILIES)} test` } : {}),
  };
};
const concept = (random: Random) => ({
  coding: Array.from({ length: random.chance(0.2) ? 2 : 1 }, () => coding(random)),
  ...(random.chance(0.2) ? { text: 'Some text' } : {}),
});
const quantity = (random: Random) => {
  const code = random.one(UNITS);
  return { value: random.one([1, 2.5, 1000, 0.001, 2500]), unit: code, system: 'http://unitsofmeasure.org', code };
};
const identifier = (random: Random) => ({
  ...(random.chance(0.8) ? { system: random.one(['urn:mrn', 'urn:ssn']) } : {}),
  value: `v${random.below(9)}`,
  ...(random.chance(0.3) ? { type: { coding: [{ system: 'urn:t', code: random.one(['MR', 'SS']) }] } } : {}),
});
const maybe = (random: Random, part: number, element: () => Resource): Resource =>
  random.chance(part) ? element() : {};

/** The resources of one clinic. */
export function randomResources(seed: number, scale: number, prefix = ''): readonly Resource[] {
  const random = seeded(seed);
  const made: Resource[] = [];
  const many = (type: string, count: number, make: (id: string) => Resource) => {
    for (let n = 0; n < count; n += 1)
      made.push({ resourceType: type, id: `${prefix}${type.slice(0, 2).toLowerCase()}${n}`, ...make(`${n}`) });
  };
  const ref = (type: string, count: number) => ({
    reference: `${type}/${prefix}${type.slice(0, 2).toLowerCase()}${random.below(count + 1)}`,
  });
  const patient = () => ref('Patient', 8 * scale);
  many('Organization', 3 * scale, () => ({
    name: random.one(FAMILIES),
    ...maybe(random, 0.5, () => ({ partOf: ref('Organization', 3 * scale) })),
    ...maybe(random, 0.5, () => ({ type: [concept(random)] })),
    ...maybe(random, 0.5, () => ({ identifier: [identifier(random)] })),
  }));
  many('Practitioner', 4 * scale, () => ({
    name: [{ family: random.one(FAMILIES) }],
    gender: random.one(['male', 'female']),
  }));
  many('Patient', 8 * scale, () => ({
    name: [
      { family: random.one(FAMILIES), given: [random.one(['Ann', 'Bob', 'Anna Maria'])] },
      ...(random.chance(0.2) ? [{ family: random.one(FAMILIES) }] : []),
    ],
    identifier: random.chance(0.8) ? [identifier(random), identifier(random)] : [],
    ...maybe(random, 0.8, () => ({ gender: random.one(['male', 'female', 'other']) })),
    ...maybe(random, 0.8, () => ({ birthDate: random.one(['1980', '1980-05', '1980-05-04', '1999-12-31']) })),
    ...maybe(random, 0.6, () => ({ managingOrganization: ref('Organization', 3 * scale) })),
    ...maybe(random, 0.5, () => ({ generalPractitioner: [ref('Practitioner', 4 * scale)] })),
    ...maybe(random, 0.3, () => ({ active: random.chance(0.5) })),
    ...maybe(random, 0.3, () => ({ telecom: [{ system: 'phone', value: `555-${random.below(5)}` }] })),
    ...maybe(random, 0.2, () => ({ meta: { tag: [coding(random)], profile: ['http://p.example/x'] } })),
  }));
  many('Encounter', 10 * scale, () => ({
    status: random.one(['planned', 'finished']),
    class: coding(random),
    subject: patient(),
    ...maybe(random, 0.5, () => ({ type: [concept(random)] })),
    ...maybe(random, 0.7, () => ({
      period: {
        ...(random.chance(0.8) ? { start: random.one(DATES) } : {}),
        ...(random.chance(0.5) ? { end: '2021-06-01T00:00:00Z' } : {}),
      },
    })),
    ...maybe(random, 0.5, () => ({ participant: [{ individual: ref('Practitioner', 4 * scale) }] })),
    ...maybe(random, 0.3, () => ({ partOf: ref('Encounter', 10 * scale) })),
    ...maybe(random, 0.3, () => ({
      length: { value: random.below(100), unit: 'min', system: 'http://unitsofmeasure.org', code: 'min' },
    })),
  }));
  many('Observation', 40 * scale, () => ({
    status: random.one(['final', 'final', 'final', 'amended']),
    code: concept(random),
    category: Array.from({ length: random.chance(0.2) ? 2 : 1 }, () => concept(random)),
    ...maybe(random, 0.9, () => ({ subject: random.chance(0.1) ? { reference: 'Group/gr0' } : patient() })),
    ...maybe(random, 0.15, () => ({ performer: [random.chance(0.5) ? patient() : ref('Practitioner', 4 * scale)] })),
    ...maybe(random, 0.5, () => ({ encounter: ref('Encounter', 10 * scale) })),
    ...maybe(random, 0.8, () =>
      random.chance(0.7) ? { effectiveDateTime: random.one(DATES) } : { effectivePeriod: { start: random.one(DATES) } },
    ),
    ...maybe(random, 0.6, () =>
      random.chance(0.7) ? { valueQuantity: quantity(random) } : { valueCodeableConcept: concept(random) },
    ),
    ...maybe(random, 0.3, () => ({
      component: [
        { code: concept(random), valueQuantity: quantity(random) },
        { code: concept(random), valueCodeableConcept: concept(random) },
      ],
    })),
    ...maybe(random, 0.2, () => ({ identifier: [identifier(random)] })),
  }));
  many('Condition', 10 * scale, () => ({
    subject: patient(),
    code: concept(random),
    ...maybe(random, 0.6, () => ({ onsetDateTime: random.one(DATES) })),
    ...maybe(random, 0.4, () => ({ recordedDate: random.one(DATES) })),
  }));
  many('RiskAssessment', 6 * scale, () => ({
    status: 'final',
    subject: patient(),
    prediction: [{ probabilityDecimal: random.one([0.1, 0.25, 0.5]) }],
  }));
  many('Provenance', 5 * scale, () => ({
    target: [patient(), patient()],
    recorded: '2020-03-05T10:00:00Z',
    agent: [{ who: ref('Practitioner', 4 * scale) }],
  }));
  many('List', 3 * scale, () => ({
    status: 'current',
    mode: 'working',
    subject: patient(),
    entry: Array.from({ length: 4 }, () => ({ item: random.chance(0.5) ? patient() : ref('Observation', 40 * scale) })),
  }));
  many('ValueSet', 4 * scale, (n) => ({
    status: 'active',
    url: random.one(['http://v.example/a', 'http://v.example/a/b', 'http://v.example/ab', 'urn:oid:1.2']),
    name: `Set${n}`,
    date: random.one(DATES),
  }));
  return made;
}

const PREFIXES = ['', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'];

/** A search of one type as a URL would have it. */
export function randomSearch(random: Random, scale: number): readonly [type: string, query: string] {
  const family = () =>
    encodeURIComponent(random.one([...FAMILIES, 'smi', 'S', 'ørs', 'nobody', '%', '_']).replace(/[$,|\\]/g, ''));
  const token = () => {
    const code = random.one([...CODES, 'nowhere']);
    return random.one([
      code,
      code,
      `${random.one(SYSTEMS)}|${code}`,
      `http://one.example|${code}`,
      `${random.one(SYSTEMS.slice(0, 2))}|`,
    ]);
  };
  const tokens = () => (random.chance(0.2) ? `${token()},${token()}` : token());
  const tokenModifier = () => random.one(['', '', '', ':not', ':missing', ':text']);
  const tokenSearch = (code: string) => {
    const modifier = tokenModifier();
    if (modifier === ':missing') return `${code}:missing=${random.chance(0.5)}`;
    return modifier === ':text'
      ? `${code}:text=${random.one(['some', 'smith', 'zz'])}`
      : `${code}${modifier}=${tokens()}`;
  };
  const date = (code: string) => `${code}=${random.one(PREFIXES)}${encodeURIComponent(random.one(DATES))}`;
  const number = () => `${random.one(PREFIXES)}${random.one(['1', '2.5', '1000', '1e3', '0.0010', '2500'])}`;
  const quantity = () =>
    `${number()}${random.one(['', '', '||mg', '|http://unitsofmeasure.org|mg', '|http://unitsofmeasure.org|g', '|http://unitsofmeasure.org|kg'])}`;
  const id = (type: string, count: number) => `${type.slice(0, 2).toLowerCase()}${random.below(count + 1)}`;
  const patientId = () => id('Patient', 8 * scale);
  const reference = (code: string, type: string, count: number) =>
    random.one([
      `${code}=${type}/${id(type, count)}`,
      `${code}=${id(type, count)}`,
      `${code}=${type}/${id(type, count)},${type}/${id(type, count)}`,
      `${code}:${type}=${id(type, count)}`,
      `${code}:missing=true`,
    ]);
  const identifier = () =>
    random.one([
      `identifier=v${random.below(9)}`,
      `identifier=urn:mrn|v${random.below(9)}`,
      'identifier=urn:mrn|',
      `identifier=|v${random.below(9)}`,
      `identifier:not=v${random.below(9)}`,
      `identifier:of-type=urn:t|MR|v${random.below(9)}`,
      `identifier=v1,urn:ssn|v2,v3`,
    ]);
  const patient = () =>
    random.one([
      () => `family=${family()}`,
      () => `family:exact=${family()}`,
      () => `family:contains=${family()}`,
      () => `name=${family()},${family()}`,
      () => `given=Ann`,
      identifier,
      () => date('birthdate'),
      () => `gender=${random.one(['male', 'female', 'other,male'])}`,
      () => `gender:not=male`,
      () => `active=${random.one(['true', 'false'])}`,
      () => `organization.name=${family()}`,
      () => `organization:Organization.partof.name=${family()}`,
      () => `general-practitioner:Practitioner.family=${family()}`,
      () => `_has:Observation:patient:code=${token()}`,
      () => `_has:Observation:subject:${date('date')}`,
      () => `_has:Observation:performer:code=${token()}`,
      () => `_has:Encounter:patient:_has:Observation:encounter:code=${token()}`,
      () => `_has:Provenance:target:agent:Practitioner.family=${family()}`,
      () => `_list=${id('List', 3 * scale)}`,
      () => `_id=${patientId()},${patientId()}`,
      () => `_id:not=${patientId()}`,
      () => `phone=555-${random.below(5)}`,
      () => `_tag=${token()}`,
      () => `organization:missing=${random.chance(0.5)}`,
    ])();
  const observation = () =>
    random.one([
      () => tokenSearch('code'),
      () => tokenSearch('code'),
      () => tokenSearch('category'),
      () => tokenSearch('combo-code'),
      () => tokenSearch('component-code'),
      () => tokenSearch('value-concept'),
      () => tokenSearch('combo-value-concept'),
      () => `status=${random.one(['final', 'amended', 'final,amended', 'cancelled'])}`,
      () => date('date'),
      () => `value-quantity=${quantity()}`,
      () => `combo-value-quantity=${quantity()}`,
      () => `code-value-quantity=${token().replace(/\|$/, '|a')}$${quantity()}`,
      () => `combo-code-value-quantity=${random.one(CODES)}$${quantity()}`,
      () => `code-value-concept=${random.one(CODES)}$${random.one(CODES)}`,
      () => reference('patient', 'Patient', 8 * scale),
      () => reference('subject', 'Patient', 8 * scale),
      () => reference('performer', 'Patient', 8 * scale),
      () => reference('encounter', 'Encounter', 10 * scale),
      () => `subject:Patient.family=${family()}`,
      () => `patient.${identifier().replace(/:not/, '')}`,
      () => `patient.organization.name=${family()}`,
      () => `performer:Practitioner.gender=female`,
      () => `encounter.class=${token()}`,
      () => `encounter.subject:Patient.name=${family()}`,
      identifier,
      () => `_list=${id('List', 3 * scale)}`,
      () => `_has:List:item:subject=Patient/${patientId()}`,
    ])();
  const encounter = () =>
    random.one([
      () => tokenSearch('class'),
      () => tokenSearch('type'),
      () => date('date'),
      () => reference('patient', 'Patient', 8 * scale),
      () => `length=${random.one(PREFIXES)}${random.below(100)}`,
      () => `part-of.class=${token()}`,
      () => `_has:Observation:encounter:code=${token()}`,
    ])();
  const choices: readonly (readonly [string, () => string])[] = [
    ['Patient', patient],
    ['Patient', patient],
    ['Observation', observation],
    ['Observation', observation],
    ['Observation', observation],
    ['Encounter', encounter],
    [
      'Condition',
      () =>
        random.one([
          () => tokenSearch('code'),
          () => date('onset-date'),
          () => date('recorded-date'),
          () => reference('subject', 'Patient', 8 * scale),
        ])(),
    ],
    ['RiskAssessment', () => `probability=${random.one(PREFIXES)}${random.one(['0.1', '0.25', '0.3'])}`],
    [
      'Provenance',
      () =>
        random.one([
          () => reference('patient', 'Patient', 8 * scale),
          () => reference('target', 'Patient', 8 * scale),
        ])(),
    ],
    [
      'Organization',
      () =>
        random.one([
          () => `name=${family()}`,
          () => tokenSearch('type'),
          () => `partof.name=${family()}`,
          identifier,
        ])(),
    ],
    [
      'ValueSet',
      () =>
        random.one([
          () => `url=${random.one(['http://v.example/a', 'urn:oid:1.2'])}`,
          () => `url:below=http://v.example/${random.one(['', 'a'])}`,
          () => 'url:above=http://v.example/a/b/c',
          () => date('date'),
        ])(),
    ],
  ];
  const [type, criterion] = random.one(choices);
  const parts = Array.from({ length: random.one([0, 1, 1, 1, 2, 2, 3]) }, criterion);
  const sorts: Readonly<Record<string, readonly string[]>> = {
    Patient: [
      '_id',
      'family',
      '-family',
      'given',
      '-phonetic',
      'address-city',
      'birthdate',
      '-birthdate',
      'gender,family',
      '-identifier',
      'organization',
    ],
    Observation: ['date', '-date', 'code', '-value-quantity', 'subject,-_id', 'category,date'],
    Encounter: ['date', '-length', 'class'],
    Condition: ['recorded-date', '-onset-date', '-recorded-date,_id'],
    Organization: ['name', '-name', 'type'],
    ValueSet: ['url', '-date', '_id'],
  };
  if (random.chance(0.4)) parts.push(`_sort=${random.one(sorts[type] ?? ['_id'])}`);
  return [type, parts.join('&')];
}

export const ALL_TYPES = resourceTypes;
