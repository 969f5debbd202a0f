import assert from 'node:assert/strict';
import { test } from 'node:test';
import { typeNumber } from '../definitions.ts';
import { compileExtractor, type IndexEntries, parameterHash, parametersFor, textHash, tokenOf } from './index.ts';
import type { Sample } from './samples.test-data.ts';
import * as samples from './samples.test-data.ts';
import { syntheaResources } from './synthea.test-data.ts';
import { hash64 } from './term.ts';

const extract = (resource: Sample): IndexEntries => compileExtractor(resource.resourceType)(resource);
const number = (type: string, code: string): number => parametersFor(type).get(code)!.use.numbers[0]!;
const term = (type: string, code: string, token: string, system: string): string =>
  (tokenOf(system, token).bits ^ BigInt(parameterHash(number(type, code)))).toString();
const isPresent = (resource: Sample, code: string): boolean =>
  ((BigInt(extract(resource).present) >> BigInt(parametersFor(resource.resourceType).get(code)!.bit)) & 1n) === 1n;
const stringsOf = (resource: Sample, code: string) =>
  extract(resource).strings.filter(({ parameter }) => parameter === number(resource.resourceType, code));

test('names and addresses give one spelling per part, without accents, and keep what was sent', () => {
  assert.deepEqual(
    stringsOf(samples.patient, 'name')
      .map(({ value }) => value)
      .sort(),
    ['dr.', 'eve', 'evi', 'guzman orsted', 'maria'],
  );
  assert.deepEqual(
    stringsOf(samples.patient, 'family').map(({ exact }) => exact),
    ['Guzmán  Ørsted'],
  );
  assert.deepEqual(
    stringsOf(samples.patient, 'address').map(({ value }) => value),
    ['1 high street', 'geneve', '1200'],
  );
});

test('hot tokens stand in their column, the others among the terms', () => {
  const { code, category, extra, terms } = extract(samples.bloodPressure);
  assert.equal(code, term('Observation', 'code', '85354-9', 'http://loinc.org'));
  assert.equal(
    category,
    term('Observation', 'category', 'vital-signs', 'http://terminology.hl7.org/CodeSystem/observation-category'),
  );
  assert.ok(
    terms.includes(term('Observation', 'status', 'final', 'http://hl7.org/fhir/observation-status')),
    'a bound code has its system',
  );
  assert.ok(!terms.includes(code ?? ''));
  // Component codes share the index of the code, so that combo-code needs no second one.
  const components = ['8480-6', '8462-4'].map((one) => term('Observation', 'component-code', one, 'http://loinc.org'));
  assert.deepEqual([...extra].sort(), components.sort());
});

test('several codings leave the hot column to the list beside it', () => {
  const { code, extra } = extract(samples.condition);
  assert.equal(code, null);
  assert.deepEqual(
    [...extra].sort(),
    [
      term('Condition', 'code', '6142004', 'http://snomed.info/sct'),
      term('Condition', 'code', 'J11', 'http://hl7.org/fhir/sid/icd-10'),
    ].sort(),
  );
});

test('displays and texts are found by :text, and the dictionaries learn what was seen', () => {
  const { terms, tokensSeen, textsSeen } = extract(samples.bloodPressure);
  const text = hash64('blood pressure');
  assert.ok(terms.includes((text ^ BigInt(textHash(number('Observation', 'code')))).toString()));
  assert.ok(textsSeen.some((seen) => seen.text === 'blood pressure' && seen.hash === text.toString()));
  assert.ok(tokensSeen.some(({ system, code }) => system === 'http://loinc.org' && code === '8480-6'));
  assert.ok(
    terms.every((one, i) => i === 0 || BigInt(one) > BigInt(terms[i - 1]!)),
    'sorted, each once',
  );
});

test('identifiers and contact points keep system and value apart', () => {
  const { identifiers } = extract(samples.patient);
  const of = (code: string) => identifiers.filter(({ parameter }) => parameter === number('Patient', code));
  assert.deepEqual(of('identifier'), [
    {
      parameter: number('Patient', 'identifier'),
      system: 'http://clinic.example/mrn',
      value: 'A|7',
      types: ['http://terminology.hl7.org/CodeSystem/v2-0203|MR'],
    },
  ]);
  assert.deepEqual(
    of('phone').map(({ value }) => value),
    ['555-0100'],
  );
  assert.deepEqual(
    of('telecom').map(({ value }) => value),
    ['555-0100', 'eve@clinic.example'],
  );
  assert.deepEqual(
    of('general-practitioner').map(({ value }) => value),
    ['42'],
    'a reference by identifier',
  );
});

test('references lose their version; what lies elsewhere keeps its URL; what is contained is no target', () => {
  const references = extract(samples.bloodPressure).references;
  const of = (code: string) => references.filter(({ parameter }) => parameter === number('Observation', code));
  assert.deepEqual(
    of('encounter').map(({ targetType, targetId }) => [targetType, targetId]),
    [[typeNumber('Encounter'), 'today']],
  );
  assert.deepEqual(
    of('performer').map(({ targetType, targetId }) => [targetType, targetId]),
    [[0, 'http://elsewhere.example/fhir/Practitioner/9']],
  );
  const canonicals = extract(samples.plan).references.filter(({ targetType }) => targetType === 0);
  assert.deepEqual(
    canonicals.map(({ targetId }) => targetId),
    ['http://clinic.example/plan|2', 'http://clinic.example/plan'],
  );
});

test('a document is found by its Composition, the first entry and no other', () => {
  const entry = ['Composition/c', 'Patient/eve'].map((one) => {
    const [resourceType = '', id = ''] = one.split('/');
    return { resource: { resourceType, id } };
  });
  const { references } = extract({ resourceType: 'Bundle', id: 'b', type: 'document', entry });
  assert.deepEqual(references, [
    { parameter: number('Bundle', 'composition'), targetType: typeNumber('Composition'), targetId: 'c' },
  ]);
});

test('patient and subject share one row, but only patients make `patient` present', () => {
  assert.equal(number('Observation', 'patient'), number('Observation', 'subject'));
  assert.deepEqual(parametersFor('Observation').get('patient')!.use.targets, ['Patient']);
  assert.equal(isPresent(samples.bloodPressure, 'patient'), true);
  assert.equal(isPresent(samples.weight, 'patient'), false);
  assert.equal(isPresent(samples.weight, 'subject'), true);
});

test('compartments: one patient, several, none, and the patient itself', () => {
  assert.equal(extract(samples.bloodPressure).patient, 'eve');
  assert.deepEqual(extract(samples.patient).patients, ['eve']);
  const appointment = extract(samples.appointment);
  assert.equal(appointment.patient, null);
  assert.deepEqual(appointment.patients, ['eve', 'adam']);
  assert.deepEqual(extract(samples.weight).patients, []);
});

test('dates are spans: as wide as their precision, open where a period is, in UTC', () => {
  const span = ({ date, dateEnd }: IndexEntries) => [date, dateEnd];
  assert.deepEqual(span(extract(samples.bloodPressure)), [
    '2026-03-02T09:00:00.000000Z',
    '2026-03-02T09:00:00.999999Z',
  ]);
  assert.deepEqual(span(extract(samples.patient)), ['1984-02-01T00:00:00.000000Z', '1984-02-29T23:59:59.999999Z']);
  assert.deepEqual(span(extract(samples.weight)), ['2026-03-02T00:00:00.000000Z', 'infinity']);
  assert.deepEqual(span(extract(samples.plan)), ['-infinity', '2026-12-31T23:59:59.999999Z']);
  assert.deepEqual(span(extract(samples.condition)), ['-infinity', 'infinity'], 'an age is no date');
  const [activity] = extract(samples.plan).dates;
  assert.deepEqual([activity?.low, activity?.high], ['2026-04-01T00:00:00.000000Z', '2026-05-01T23:59:59.999999Z']);
});

test('quantities: comparators open a side, units convert, ranges keep both ends', () => {
  const [weight] = extract(samples.weight).quantities;
  assert.deepEqual([weight?.low, weight?.high], [-Infinity, 70500]);
  assert.notEqual(weight?.canonical, null);
  const [exact, range] = extract(samples.risk).quantities;
  assert.deepEqual([exact?.low, exact?.high, exact?.systemCode], [12.5, 12.5, null]);
  assert.deepEqual([range?.low, range?.high], [1, Infinity]);
});

test('pairs stay together: the code of a component with its own value', () => {
  const { composites } = extract(samples.bloodPressure);
  const pairs = composites.map(({ first, low, high }) => [first, low, high]);
  const systolic = term('Observation', 'component-code', '8480-6', 'http://loinc.org');
  assert.deepEqual(
    pairs.filter(([first]) => first === systolic),
    [[systolic, 120, 120]],
  );
  assert.equal(composites.length, 2);
  assert.equal(isPresent(samples.bloodPressure, 'combo-code-value-quantity'), true);
  assert.equal(isPresent(samples.bloodPressure, 'code-value-quantity'), false, 'the panel has no value of its own');
  const [relation] = extract(samples.document).composites;
  assert.notEqual(relation?.second ?? null, null);
});

test('the fingerprint moves with what is searched by, and only with that', () => {
  const before = extract(samples.patient).fingerprint;
  assert.equal(extract({ ...samples.patient, photo: [{ title: 'new' }] }).fingerprint, before);
  assert.notEqual(extract({ ...samples.patient, gender: 'other' }).fingerprint, before);
});

test('odd but legal data, and plain nonsense, never throw', () => {
  const nonsense = [
    null,
    1,
    'x',
    [],
    {},
    { name: 'text', telecom: [null, 3], birthDate: 5, identifier: {}, address: [[1]] },
  ];
  for (const type of ['Patient', 'Observation', 'Bundle', 'Location', 'MolecularSequence'])
    for (const one of nonsense) assert.equal(typeof compileExtractor(type)(one).fingerprint, 'string');
  const early = extract({ resourceType: 'Patient', id: 'a', birthDate: '0001-01-01' });
  assert.equal(early.date, '0001-01-01T00:00:00.000000Z');
  const late = extract({ resourceType: 'Observation', id: 'b', effectiveDateTime: '9999-12-31T23:59:59-12:00' });
  assert.equal(late.date, 'infinity');
});

test('every Synthea resource gives entries; each patient-related one belongs to its patient', {
  skip: syntheaResources().length === 0,
}, () => {
  const resources = syntheaResources();
  assert.ok(resources.length > 5_000);
  for (const resource of resources) {
    const entries = extract(resource);
    const subject = (resource['subject'] ?? resource['patient']) as { reference?: string } | undefined;
    // R4 keeps devices out of patients' compartments.
    const belongs = resource.resourceType !== 'Device' && subject?.reference?.startsWith('Patient/');
    if (belongs) assert.equal(entries.patient, subject?.reference?.slice(8));
    assert.ok(entries.date <= entries.dateEnd, `${resource.resourceType}/${resource.id}`);
    for (const { low, high } of entries.dates) assert.ok(low <= high);
    assert.deepEqual(extract(resource), entries);
  }
});
