import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Issue } from '@polyclinic/kit';
import { compileValidator, type ValidateOptions } from './index.ts';

type Fields = Record<string, unknown>;

function issuesOf(resource: Fields, options: ValidateOptions = {}): readonly Issue[] {
  return compileValidator(String(resource['resourceType']))(resource, options);
}

/** `code expression` of each issue. */
const told = (resource: Fields, options: ValidateOptions = {}): string[] =>
  issuesOf(resource, options).map(({ code, expression }) => `${code} ${expression?.[0]}`);

const patient = (more: Fields): Fields => ({ resourceType: 'Patient', ...more });
const observation = (more: Fields): Fields => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  ...more,
});
const accepts = (resource: Fields, options: ValidateOptions = {}): void =>
  assert.deepEqual(told(resource, options), []);

test('a patient with everything is accepted', () => {
  accepts({
    resourceType: 'Patient',
    id: 'a-1.B',
    meta: {
      versionId: '1',
      lastUpdated: '2026-01-02T03:04:05.678+01:00',
      profile: ['http://x.org/p'],
      tag: [{ code: 'x' }],
    },
    text: { status: 'generated', div: '<div xmlns="http://www.w3.org/1999/xhtml"><p>Hello</p></div>' },
    contained: [{ resourceType: 'Organization', id: 'org', name: 'Org' }],
    extension: [{ url: 'http://x.org/e', extension: [{ url: 'a', valueString: 'b' }] }],
    identifier: [{ system: 'urn:oid:1.2', value: '1', assigner: { reference: '#org' } }],
    active: true,
    name: [
      {
        family: 'van Gogh',
        given: ['V', null],
        _given: [null, { extension: [{ url: 'http://x', valueCode: 'unknown' }] }],
      },
    ],
    telecom: [{ system: 'phone', value: '1' }],
    gender: 'female',
    birthDate: '2024-02-29',
    _birthDate: { extension: [{ url: 'http://x.org/t', valueDateTime: '2024-02-29T10:00:00Z' }] },
    deceasedBoolean: false,
    contact: [{ gender: 'male', name: { text: 'x' } }],
    managingOrganization: { reference: 'https://x.org/fhir/Organization/1' },
  });
});

test('unknown properties, nulls and empty containers are refused with their place', () => {
  assert.deepEqual(told(patient({ foo: 1 })), ['structure Patient.foo']);
  assert.deepEqual(told(patient({ __proto_: 1, 'John Doe': 1 })), ['structure Patient.?', 'structure Patient.?']);
  assert.deepEqual(
    told(JSON.parse('{"resourceType":"Patient","__proto__":{"gender":"male"},"constructor":1}') as Fields).length,
    2,
  );
  assert.deepEqual(told(patient({ name: [{ given: [] }] })), ['structure Patient.name[0].given']);
  assert.deepEqual(told(patient({ name: [] })), ['structure Patient.name']);
  assert.deepEqual(told(patient({ name: [{}] })), ['structure Patient.name[0]']);
  assert.deepEqual(told(patient({ name: [{ id: 'x' }] })), ['structure Patient.name[0]']);
  assert.deepEqual(told(patient({ name: null })), ['structure Patient.name']);
  assert.deepEqual(told(patient({ name: [null] })), ['structure Patient.name[0]']);
  assert.deepEqual(told(patient({ gender: null })), ['structure Patient.gender']);
  assert.deepEqual(told(patient({ resourcetype: 'x' })), ['structure Patient.resourcetype']);
});

test('single is single and repeating is repeating', () => {
  assert.deepEqual(told(patient({ name: { text: 'x' } })), ['structure Patient.name']);
  assert.deepEqual(told(patient({ gender: ['male'] })), ['structure Patient.gender']);
  assert.deepEqual(told(patient({ maritalStatus: [{ text: 'x' }] })), ['structure Patient.maritalStatus']);
  assert.deepEqual(told(patient({ name: [{ given: 'x' }] })), ['structure Patient.name[0].given']);
  assert.deepEqual(told(patient({ maritalStatus: 'M' })), ['structure Patient.maritalStatus']);
});

test('what is required is missed by name, and an extension may say why it is absent', () => {
  assert.deepEqual(told({ resourceType: 'Observation' }), ['required Observation.status', 'required Observation.code']);
  accepts({
    resourceType: 'Observation',
    code: { text: 'x' },
    _status: { extension: [{ url: 'http://x', valueCode: 'unknown' }] },
  });
  assert.deepEqual(
    told({ resourceType: 'MedicationRequest', status: 'active', intent: 'order', subject: { reference: 'Patient/1' } }),
    ['required MedicationRequest.medication'],
  );
});

test('a choice is made once', () => {
  accepts(observation({ valueString: 'x', _valueString: { extension: [{ url: 'http://x', valueCode: 'y' }] } }));
  assert.deepEqual(told(observation({ valueString: 'x', valueInteger: 1 })), ['structure Observation.valueInteger']);
  assert.deepEqual(told(observation({ value: 'x' })), ['structure Observation.value']);
  assert.deepEqual(told(observation({ valueMoney: { value: 1 } })), ['structure Observation.valueMoney']);
});

test('primitives keep to their patterns and ranges', () => {
  const cases: [keyof typeof holders, readonly unknown[], readonly unknown[]][] = [
    [
      'date',
      ['2024', '2024-02', '2024-02-29', '2000-02-29', '9999-12-31'],
      [
        '2023-02-29',
        '1900-02-29',
        '2024-04-31',
        '2024-13',
        '24',
        '0000',
        '2024-1-1',
        '2024-01-01T00:00:00Z',
        '',
        ' 2024',
        '2024\n',
        2024,
      ],
    ],
    [
      'dateTime',
      ['2024', '2024-02-29', '2024-02-29T23:59:60Z', '2024-01-01T10:00:00.123456+14:00'],
      [
        '2024-02-30T00:00:00Z',
        '2024-01-01T10:00Z',
        '2024-01-01T10:00:00',
        '2024-01-01T24:00:00Z',
        '2024-01-01T10:00:00+14:30',
        '2024-01-01 10:00:00Z',
      ],
    ],
    [
      'instant',
      ['2024-02-29T23:59:59Z', '2024-01-01T10:00:00.1-05:00'],
      ['2024', '2024-02-29', '2024-02-30T10:00:00Z', '2024-01-01T10:00:00'],
    ],
    ['time', ['00:00:00', '23:59:59.9'], ['24:00:00', '10:00', '10:00:00Z', 10]],
    ['integer', [0, -2147483648, 2147483647], [2147483648, 1.5, '1', true, -2147483649]],
    ['positiveInt', [1, 2147483647], [0, -1, 1.5, '1']],
    ['unsignedInt', [0], [-1]],
    ['decimal', [0, -1.5, 1e300], ['1', Number.POSITIVE_INFINITY, true]],
    ['boolean', [true, false], ['true', 0, 1]],
    ['string', ['x', ' x ', 'a\nb\tc', '😀'], ['', 'a\u0001b', 1, true, {}, 'x'.repeat(1024 * 1024 + 1)]],
    ['code', ['a', 'a b'], ['', ' a', 'a  b', 'a ', 'a\n\nb']],
    ['uri', ['urn:x', 'http://x.org', 'x'], ['', 'a b', ' x']],
    ['id', ['a', 'A-1.z', 'x'.repeat(64)], ['', 'a_b', 'x'.repeat(65), 'a/b']],
    ['oid', ['urn:oid:1.2.3'], ['1.2.3', 'urn:oid:1', 'urn:oid:3.1', 'urn:oid:1.02']],
    ['uuid', ['urn:uuid:c757873d-ec9a-4326-a141-556f43239520'], ['c757873d-ec9a-4326-a141-556f43239520', 'urn:uuid:1']],
    ['base64Binary', ['QUJD', 'QUI=', 'QQ==', 'QU\nJD'], ['', 'QUJ', 'Q===', 'QU=D', 'QU*D', '    ']],
  ];
  const holders = {
    date: 'valueDate',
    dateTime: 'valueDateTime',
    instant: 'valueInstant',
    time: 'valueTime',
    integer: 'valueInteger',
    positiveInt: 'valuePositiveInt',
    unsignedInt: 'valueUnsignedInt',
    decimal: 'valueDecimal',
    boolean: 'valueBoolean',
    string: 'valueString',
    code: 'valueCode',
    uri: 'valueUri',
    id: 'valueId',
    oid: 'valueOid',
    uuid: 'valueUuid',
    base64Binary: 'valueBase64Binary',
  };
  for (const [type, good, bad] of cases) {
    const told1 = (value: unknown): string[] =>
      told(patient({ extension: [{ url: 'http://x', [holders[type]]: value }] }));
    for (const value of good) assert.deepEqual(told1(value), [], `${type} ${String(value)}`);
    for (const value of bad) assert.equal(told1(value).length, 1, `${type} ${String(value).slice(0, 40)}`);
  }
});

test('primitive extensions stand beside their values', () => {
  const extra = { extension: [{ url: 'http://x', valueCode: 'y' }] };
  accepts(patient({ _gender: extra }));
  accepts(patient({ gender: 'male', _gender: { id: 'x' } }));
  accepts(patient({ name: [{ _given: [extra] }] }));
  assert.deepEqual(told(patient({ _gender: { id: 'x' } })), ['structure Patient._gender']);
  assert.deepEqual(told(patient({ _gender: {} })), ['structure Patient._gender']);
  assert.deepEqual(told(patient({ _gender: { valueCode: 'x' } })), [
    'structure Patient._gender.valueCode',
    'structure Patient._gender',
  ]);
  assert.deepEqual(told(patient({ _name: [extra] })), ['structure Patient._name']);
  assert.deepEqual(told(patient({ name: [{ given: ['a', null] }] })), ['structure Patient.name[0].given[1]']);
  assert.deepEqual(told(patient({ name: [{ given: ['a', 'b'], _given: [extra] }] })), [
    'structure Patient.name[0]._given',
  ]);
  assert.deepEqual(told(patient({ name: [{ given: [null], _given: [null] }] })), [
    'structure Patient.name[0].given[0]',
    'structure Patient.name[0]._given[0]',
  ]);
});

test('references point to what they may point to', () => {
  const to = (reference: string): string[] => told(observation({ subject: { reference } }));
  for (const good of [
    'Patient/1',
    'Group/1/_history/2',
    'urn:uuid:x',
    'http://x.org/fhir/Patient/1',
    'http://x.org/anything',
  ])
    assert.deepEqual(to(good), [], good);
  for (const bad of [
    'Practitioner/1',
    'http://x.org/fhir/Practitioner/1',
    'Foo/1',
    'patient/1',
    'Patient',
    'Patient/',
    'Patient/a b',
    'Patient/1/2',
    '../Patient/1',
  ])
    assert.deepEqual(to(bad), ['value Observation.subject.reference'], bad);
  const conditional = observation({ subject: { reference: 'Patient?identifier=a|b' } });
  assert.deepEqual(told(conditional), ['value Observation.subject.reference']);
  accepts(conditional, { conditionalReferences: true });
  assert.deepEqual(told(observation({ subject: { reference: 'Practitioner?x=1' } }), { conditionalReferences: true }), [
    'value Observation.subject.reference',
  ]);
});

test('contained resources are whole, flat, referred to, and of the right type', () => {
  const holder = { resourceType: 'Practitioner', id: 'p' };
  const by = (reference: string, ...contained: Fields[]): Fields =>
    observation({ contained, performer: [{ reference }] });
  accepts(by('#p', holder));
  accepts(
    by('Practitioner/1', {
      resourceType: 'Provenance',
      id: 'x',
      target: [{ reference: '#' }],
      recorded: '2024-01-01T00:00:00Z',
      agent: [{ who: { display: 'x' } }],
    }),
  );
  assert.deepEqual(told(by('#q', holder)), [
    'invariant Observation.performer[0].reference',
    'invariant Observation.contained',
  ]);
  assert.deepEqual(told(by('#p', { resourceType: 'Medication', id: 'p' })), [
    'value Observation.performer[0].reference',
  ]);
  assert.deepEqual(told(by('#p', { ...holder, foo: 1 })), ['structure Observation.contained[0].foo']);
  assert.deepEqual(told(by('#p', { ...holder, meta: { versionId: '1' } })), [
    'invariant Observation.contained[0].meta',
  ]);
  assert.deepEqual(
    told(by('#p', { ...holder, contained: [{ resourceType: 'Patient', id: 'q' }] })).includes(
      'invariant Observation.contained[0].contained',
    ),
    true,
  );
  assert.deepEqual(told(by('#p', { id: 'p' })), ['structure Observation.contained[0].resourceType']);
  assert.deepEqual(told(by('#')), ['structure Observation.contained', 'invariant Observation.performer[0].reference']);
});

test('required bindings hold for codes, codings and concepts', () => {
  assert.deepEqual(told(patient({ gender: 'M' })), ['code-invalid Patient.gender']);
  assert.deepEqual(told({ ...observation({}), status: 'done' }), ['code-invalid Observation.status']);
  const allergy = (coding: Fields[]): Fields => ({
    resourceType: 'AllergyIntolerance',
    patient: { reference: 'Patient/1' },
    clinicalStatus: { coding },
  });
  const system = 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical';
  accepts(allergy([{ system, code: 'active' }]));
  accepts(
    allergy([
      { system: 'http://local', code: 'x' },
      { system, code: 'active' },
    ]),
  );
  assert.deepEqual(told(allergy([{ system, code: 'x' }])), ['code-invalid AllergyIntolerance.clinicalStatus']);
  assert.deepEqual(told(allergy([{ code: 'active' }])), ['code-invalid AllergyIntolerance.clinicalStatus']);
  accepts({ ...patient({}), communication: [{ language: { text: 'Klingon' } }] });
});

test('invariants are judged', () => {
  assert.deepEqual(told(patient({ contact: [{ gender: 'male' }] })), ['invariant Patient.contact[0]']);
  assert.deepEqual(told(patient({ extension: [{ url: 'http://x' }] })), ['invariant Patient.extension[0]']);
  assert.deepEqual(told(patient({ telecom: [{ value: '1' }] })), ['invariant Patient.telecom[0]']);
  assert.deepEqual(told(observation({ valueString: 'x', dataAbsentReason: { text: 'y' } })), ['invariant Observation']);
  assert.deepEqual(told(observation({ referenceRange: [{ appliesTo: [{ text: 'x' }] }] })), [
    'invariant Observation.referenceRange[0]',
  ]);
  assert.deepEqual(told(observation({ valueQuantity: { value: 1, code: 'mg' } })), [
    'invariant Observation.valueQuantity',
  ]);
  assert.deepEqual(told(observation({ referenceRange: [{ low: { value: 1, comparator: '<' } }] })), [
    'invariant Observation.referenceRange[0].low.comparator',
  ]);
  assert.deepEqual(told({ resourceType: 'Organization', active: true }), ['invariant Organization']);
  assert.deepEqual(
    told({ resourceType: 'Organization', name: 'x', telecom: [{ system: 'phone', value: '1', use: 'home' }] }),
    ['invariant Organization.telecom[0]'],
  );
  const range = (low: Fields, high: Fields): string[] => told(observation({ valueRange: { low, high } }));
  const mg = { system: 'http://unitsofmeasure.org', code: 'mg' };
  const g = { system: 'http://unitsofmeasure.org', code: 'g' };
  assert.deepEqual(range({ value: 900, ...mg }, { value: 1, ...g }), []);
  assert.deepEqual(range({ value: 1100, ...mg }, { value: 1, ...g }), ['invariant Observation.valueRange']);
});

test('rules over whole resources are judged in one pass', () => {
  const coding = (code: string): Fields => ({ coding: [{ system: 'http://x', code }] });
  const component = [{ code: coding('a') }];
  assert.deepEqual(told({ ...observation({ component, valueString: 'x' }), code: coding('a') }), [
    'invariant Observation',
  ]);
  accepts({ ...observation({ component, valueString: 'x' }), code: coding('b') });
  accepts({ ...observation({ component }), code: coding('a') });
  const guide = (groupingId: string, version: string): Fields => ({
    resourceType: 'ImplementationGuide',
    url: 'http://x',
    name: 'X',
    status: 'draft',
    packageId: 'x',
    fhirVersion: ['4.0.1'],
    definition: {
      grouping: [{ id: 'g', name: 'G' }],
      resource: [{ reference: { reference: 'Patient/1' }, groupingId, fhirVersion: [version] }],
    },
  });
  accepts(guide('g', '4.0.1'));
  assert.deepEqual(told(guide('h', '4.0.1')), ['invariant ImplementationGuide.definition']);
  assert.deepEqual(told(guide('g', '4.0.0')), ['invariant ImplementationGuide']);
  const profile = (...paths: string[]): Fields => ({
    resourceType: 'StructureDefinition',
    url: 'http://x',
    name: 'X',
    status: 'draft',
    kind: 'resource',
    abstract: false,
    type: 'Patient',
    baseDefinition: 'http://y',
    differential: { element: paths.map((path, i) => ({ id: `e${i}`, path })) },
  });
  accepts(profile('Patient', 'Patient.name', 'Patient.name.given'));
  accepts(profile('Patient.name', 'Patient.gender'));
  assert.deepEqual(told(profile('Person', 'Person.name')), ['invariant StructureDefinition.differential']);
  assert.deepEqual(told(profile('Patient', 'Person.name')), ['invariant StructureDefinition.differential']);
});

test('large hostile resources are judged in time', () => {
  const many = (make: (i: number) => Fields): Fields[] => Array.from({ length: 20_000 }, (_, i) => make(i));
  const started = performance.now();
  accepts(
    observation({
      code: { coding: many((i) => ({ code: `a${i}` })) },
      valueString: 'x',
      component: many((i) => ({ code: { coding: [{ code: `b${i}` }] } })),
    }),
  );
  accepts({
    resourceType: 'List',
    status: 'current',
    mode: 'working',
    contained: many((i) => ({ resourceType: 'Basic', id: `c${i}`, code: { text: 'x' } })),
    entry: many((i) => ({ item: { reference: `#c${i}` } })),
  });
  accepts({ resourceType: 'Questionnaire', status: 'draft', item: many((i) => ({ linkId: `q${i}`, type: 'string' })) });
  assert.ok(performance.now() - started < 5_000);
});

test('a period ends after it starts, whatever zone and precision say', () => {
  const period = (start: string, end: string): number => told(observation({ effectivePeriod: { start, end } })).length;
  for (const [start, end] of [
    ['2024', '2024'],
    ['2024-05', '2024'],
    ['2024', '2024-01-01'],
    ['2024-01-02T23:00:00-05:00', '2024-01-02'],
    ['2024-01-02T00:30:00+02:00', '2024-01-01T23:00:00Z'],
    ['2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z'],
  ] as const)
    assert.equal(period(start, end), 0, `${start} ${end}`);
  for (const [start, end] of [
    ['2025', '2024'],
    ['2024-02', '2024-01-31'],
    ['2024-01-02', '2024-01-01T23:59:59Z'],
    ['2024-01-01T00:00:01Z', '2024-01-01T00:00:00Z'],
    ['2024-01-01T00:00:00-01:00', '2024-01-01T00:30:00Z'],
  ] as const)
    assert.equal(period(start, end), 1, `${start} ${end}`);
});

test('warnings are told only when asked for', () => {
  assert.deepEqual(issuesOf(patient({})), []);
  assert.deepEqual(
    issuesOf(patient({}), { warnings: true }).map(({ severity }) => severity),
    ['warning'],
  );
});

test('resources in a bundle are judged as themselves', () => {
  const bundle = (resource: Fields): Fields => ({
    resourceType: 'Bundle',
    type: 'collection',
    entry: [{ fullUrl: 'urn:uuid:1', resource }],
  });
  accepts(
    bundle(
      patient({
        contained: [{ resourceType: 'Organization', id: 'o', name: 'O' }],
        managingOrganization: { reference: '#o' },
      }),
    ),
  );
  assert.deepEqual(told(bundle(patient({ gender: 'x' }))), ['code-invalid Bundle.entry[0].resource.gender']);
  assert.deepEqual(told(bundle({ resourceType: 'Foo' })), ['structure Bundle.entry[0].resource.resourceType']);
  assert.deepEqual(told({ ...bundle(patient({})), type: 'searchset', total: -1 }), ['value Bundle.total']);
});

test('the messages never repeat what was sent', () => {
  const secret = 'Jane-Secret-1970';
  const issues = issuesOf(
    patient({
      gender: secret,
      birthDate: secret,
      [`${secret}!`]: secret,
      managingOrganization: { reference: `${secret} x` },
      name: secret,
      text: { status: 'generated', div: secret },
    }),
  );
  assert.equal(issues.length, 6);
  assert.ok(!JSON.stringify(issues).includes(secret));
});

test('the list of issues is bounded', () => {
  assert.equal(issuesOf(patient({ name: Array.from({ length: 5000 }, () => null) })).length, 50);
});

test('what is no resource is refused', () => {
  const validate = compileValidator('Patient');
  for (const value of [
    null,
    1,
    'x',
    [],
    {},
    { resourceType: 'Foo' },
    { resourceType: 'Observation' },
    { resourceType: ['Patient'] },
    { resourceType: 'toString' },
  ])
    assert.equal(validate(value).length, 1);
  assert.throws(() => compileValidator('Foo'));
  assert.throws(() => compileValidator('HumanName'));
});
