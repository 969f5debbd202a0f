import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '@polyclinic/kit';
import { typeNumber } from '../../definitions.ts';
import { type Criterion, compileExtractor, escapeValue, parseSearch, type SearchQuery } from '../index.ts';
import * as samples from '../samples.test-data.ts';

const now = () => new Date('2026-11-21T12:00:00Z');
const search = (type: string, query: string, more: { strict?: boolean; base?: string } = {}): SearchQuery =>
  parseSearch({ types: [type], query, strict: false, now, ...more });
const only = (type: string, query: string): Criterion => {
  const { criteria, ignored } = search(type, query);
  assert.deepEqual(ignored, []);
  assert.equal(criteria[type]?.length, 1);
  return criteria[type]![0]!;
};
const refused = (type: string, query: string, names: RegExp, strict = false): void => {
  assert.throws(
    () => search(type, query, { strict }),
    (error: unknown) => error instanceof Refusal && error.status === 400 && names.test(error.message),
    query,
  );
};
const valuesOf = (criterion: Criterion): readonly unknown[] => ('values' in criterion ? criterion.values : []);

test('a code with its system is the very term that extraction stores', () => {
  const stored = compileExtractor('Observation')(samples.bloodPressure);
  assert.deepEqual(valuesOf(only('Observation', 'code=http://loinc.org|85354-9')), [
    { kind: 'term', hashes: [stored.code] },
  ]);
  const [status] = valuesOf(only('Observation', 'status=final')) as [{ kind: string; hashes: string[] }];
  assert.equal(status.kind, 'term', 'a bound code needs no dictionary');
  assert.ok(stored.terms.includes(status.hashes[0]!));
  const [combo] = valuesOf(only('Observation', 'combo-code=http://loinc.org|8480-6')) as [{ hashes: string[] }];
  assert.ok(combo.hashes.some((hash) => stored.extra.includes(hash)));
});

test('bare codes, whole systems, :text and :not', () => {
  assert.partialDeepStrictEqual(only('Observation', 'code=85354-9'), {
    kind: 'token',
    not: false,
    values: [{ kind: 'code', code: '85354-9' }],
  });
  assert.partialDeepStrictEqual(only('Observation', 'code:not=http://loinc.org|'), {
    not: true,
    values: [{ kind: 'system', system: 'http://loinc.org' }],
  });
  assert.partialDeepStrictEqual(only('Observation', 'code:text=Blood%20PRÉ'), {
    values: [{ kind: 'text', startsWith: 'blood pre' }],
  });
  assert.deepEqual(
    valuesOf(only('Patient', 'active=http://terminology.hl7.org/CodeSystem/special-values|true')),
    valuesOf(only('Patient', 'active=true')),
  );
});

test('identifiers with every part given or left out', () => {
  const values = (query: string) => valuesOf(only('Patient', query));
  assert.deepEqual(values('identifier=7'), [{ value: '7' }]);
  assert.deepEqual(values('identifier=http://s|7'), [{ system: 'http://s', value: '7' }]);
  assert.deepEqual(values('identifier=|7'), [{ system: '', value: '7' }]);
  assert.deepEqual(values('identifier=http://s|'), [{ system: 'http://s' }]);
  assert.deepEqual(values('identifier:of-type=http://t|MR|7'), [{ ofType: 'http://t|MR', value: '7' }]);
  assert.partialDeepStrictEqual(only('Patient', 'general-practitioner:identifier=http://s|42'), {
    kind: 'identifier',
    parameter: { storage: { in: 'identifiers' } },
  });
});

test('commas, bars, dollars and backslashes can be escaped', () => {
  assert.deepEqual(valuesOf(only('Patient', 'name:exact=a%5C,b,c')), ['a,b', 'c']);
  assert.deepEqual(valuesOf(only('Patient', 'identifier=A%5C%7C7')), [{ value: 'A|7' }]);
  for (const text of ['a,b', 'a|b$c', '\\', '\\,', 'plain', '||', '$\\$'])
    assert.deepEqual(valuesOf(only('Patient', `name:exact=${encodeURIComponent(escapeValue(text))}`)), [text]);
});

test('dates: every prefix, every precision, a zone whose + was not encoded', () => {
  const dates = (value: string) => valuesOf(only('Observation', `date=${value}`));
  assert.deepEqual(dates('2026'), [
    { prefix: 'eq', low: '2026-01-01T00:00:00.000000Z', high: '2027-01-01T00:00:00.000000Z' },
  ]);
  assert.deepEqual(dates('ge2026-02'), [
    { prefix: 'ge', low: '2026-02-01T00:00:00.000000Z', high: '2026-03-01T00:00:00.000000Z' },
  ]);
  const zoned = [{ prefix: 'eq', low: '2026-03-02T09:00:00.000000Z', high: '2026-03-02T09:00:01.000000Z' }];
  assert.deepEqual(dates('2026-03-02T10:00:00+01:00'), zoned);
  assert.deepEqual(dates('2026-03-02T10:00:00%2B01:00'), zoned);
  assert.deepEqual(dates('2026-03-02T10:00:00.25Z'), [
    { prefix: 'eq', low: '2026-03-02T10:00:00.250000Z', high: '2026-03-02T10:00:00.260000Z' },
  ]);
  assert.deepEqual(dates('ap2026-11-11'), [
    { prefix: 'ap', low: '2026-11-09T22:48:00.000000Z', high: '2026-11-13T01:12:00.000000Z' },
  ]);
  for (const wrong of ['2026-13', '2026-02-30', '26', 'xx2026', 'gt', '2026-01-01T25:00Z', '0000', '2023-02-29'])
    refused('Observation', `date=${wrong}`, /date/);
});

test('numbers mean the span that their digits leave open', () => {
  const number = (value: string) => valuesOf(only('RiskAssessment', `probability=${value}`))[0];
  assert.deepEqual(number('100'), { prefix: 'eq', value: 100, low: 99.5, high: 100.5 });
  assert.deepEqual(number('100.00'), { prefix: 'eq', value: 100, low: 99.995, high: 100.005 });
  assert.deepEqual(number('lt-5.4'), { prefix: 'lt', value: -5.4, low: -5.45, high: -5.35 });
  assert.deepEqual(number('1e2'), { prefix: 'eq', value: 100, low: 95, high: 105 });
  assert.deepEqual(number('ap10'), { prefix: 'ap', value: 10, low: 9, high: 11 });
  for (const wrong of ['abc', '1,2x', 'Infinity', '1e999', '0x10', '.', '--1'])
    refused('RiskAssessment', `probability=${wrong}`, /probability/);
});

test('quantities: any unit, a code or human unit, UCUM with its canonical form', () => {
  const unit = (value: string) =>
    (valuesOf(only('Observation', `value-quantity=${value}`))[0] as { unit: object }).unit;
  assert.deepEqual(unit('5.4'), { kind: 'any' });
  assert.partialDeepStrictEqual(unit('5.4||mg'), { kind: 'code' });
  const grams = unit('le70.5|http://unitsofmeasure.org|kg') as {
    kind: string;
    canonical: { unit: string; value: number };
  };
  assert.equal(grams.kind, 'systemCode');
  const stored = compileExtractor('Observation')(samples.weight).quantities[0]!;
  assert.equal(grams.canonical.unit, stored.canonical?.unit);
  assert.equal(grams.canonical.value, stored.canonical?.high);
  refused('Observation', 'value-quantity=5|http://s|', /value-quantity/);
});

test('references: bare, typed, versioned, absolute, by modifier, below our own base', () => {
  const values = (query: string, base?: string) =>
    valuesOf(search('Observation', query, base === undefined ? {} : { base }).criteria['Observation']![0]!);
  const patientNumber = typeNumber('Patient')!;
  assert.equal((values('subject=eve')[0] as { types: number[] }).types.length, 4);
  for (const one of ['patient=eve', 'subject=Patient/eve', 'subject=Patient/eve/_history/2', 'subject:Patient=eve'])
    assert.deepEqual(values(one), [{ types: [patientNumber], id: 'eve' }], one);
  assert.deepEqual(values('subject=http://us/fhir/R4/Patient/eve', 'http://us/fhir/R4'), [
    { types: [patientNumber], id: 'eve' },
  ]);
  assert.deepEqual(values('subject=http://them/Patient/eve', 'http://us/fhir/R4'), [
    { types: [0], id: 'http://them/Patient/eve' },
  ]);
  refused('Observation', 'subject:Practitioner=1', /subject:Practitioner/);
});

test('composites read each part as its own parameter does', () => {
  const stored = compileExtractor('Observation')(samples.bloodPressure).composites;
  const [value] = valuesOf(only('Observation', 'combo-code-value-quantity=http://loinc.org|8480-6$gt100||mmHg')) as [
    { first: { hashes: string[] }; second: { kind: string; value: { prefix: string } } },
  ];
  assert.ok(value.first.hashes.includes(stored.find(({ low }) => low === 120)!.first));
  assert.equal(value.second.value.prefix, 'gt');
  const relation = compileExtractor('DocumentReference')(samples.document).composites[0]!;
  assert.partialDeepStrictEqual(valuesOf(only('DocumentReference', 'relationship=replaces$DocumentReference/old'))[0], {
    first: { kind: 'term', hashes: [relation.first] },
    second: { kind: 'hash', hash: relation.second },
  });
  for (const wrong of ['a', 'a$', '$1', 'a$1$2'])
    refused('Observation', `code-value-quantity=${encodeURIComponent(wrong)}`, /code-value-quantity/);
});

test('chains take every type that knows the rest; a type names one', () => {
  const open = only('Observation', 'subject.name=eve');
  assert.ok(open.kind === 'chain');
  assert.deepEqual(
    open.branches.map(({ type }) => type),
    ['Patient', 'Location'],
  );
  const deep = only('Observation', 'subject:Patient.organization.name:contains=our');
  assert.partialDeepStrictEqual(deep, {
    kind: 'chain',
    branches: [
      {
        type: 'Patient',
        criterion: { kind: 'chain', branches: [{ type: 'Organization', criterion: { match: 'contains' } }] },
      },
    ],
  });
  assert.deepEqual(search('Observation', 'subject.nonsense=1').ignored, ['subject.nonsense']);
  refused('Observation', 'code.name=1', /code\.name/);
  refused('Organization', `${'partof.'.repeat(8)}name=1`, /steps/);
});

test('_has reaches back, also twice', () => {
  assert.partialDeepStrictEqual(only('Patient', '_has:Observation:patient:code=1'), {
    kind: 'has',
    type: 'Observation',
    criterion: { kind: 'token' },
  });
  assert.partialDeepStrictEqual(only('Patient', '_has:Observation:patient:_has:Provenance:target:recorded=2026'), {
    criterion: { kind: 'has', type: 'Provenance', criterion: { kind: 'date' } },
  });
  assert.deepEqual(search('Patient', '_has:Observation:code:status=final').ignored, ['_has:Observation:code:status']);
  refused('Patient', '_has:Observation=1', /_has/);
});

test(':missing asks for the bit that extraction sets', () => {
  const criterion = only('Patient', 'death-date:missing=true');
  assert.ok(criterion.kind === 'missing' && criterion.missing);
  assert.equal((BigInt(compileExtractor('Patient')(samples.patient).present) >> BigInt(criterion.bit)) & 1n, 0n);
  refused('Patient', 'name:missing=perhaps', /name:missing/);
});

test('what shapes the answer', () => {
  const query = search(
    'Patient',
    '_sort=-birthdate,_id&_count=5000&_total=accurate&_summary=count&_elements=name,gender&_cursor=abc&_format=json',
  );
  assert.deepEqual(
    query.sort.map(({ by, descending }) => [typeof by === 'string' ? by : by.code, descending]),
    [
      ['birthdate', true],
      ['_id', false],
    ],
  );
  assert.equal(query.count, 1000);
  assert.deepEqual(query.used[1], ['_count', '1000'], 'the self link tells the cap');
  assert.deepEqual(
    [query.total, query.summary, query.elements, query.cursor],
    ['accurate', 'count', ['name', 'gender'], 'abc'],
  );
  for (const wrong of ['_count=-1', '_count=many', '_total=some', '_summary=short', '_elements=%3Cb%3E', '_sort=,'])
    refused('Patient', wrong, /_/);
  assert.deepEqual(search('Patient', '_sort=nonsense').ignored, ['_sort']);
});

test('includes, with their target and repetition', () => {
  const { includes } = search(
    'Observation',
    '_include=Observation:patient&_include:iterate=Patient:*&_revinclude=Provenance:target:Observation&_include=*',
  );
  assert.deepEqual(
    includes.map(({ source, parameter, target, iterate, reverse }) => [
      source,
      parameter?.code ?? null,
      target,
      iterate,
      reverse,
    ]),
    [
      ['Observation', 'patient', 'Patient', false, false],
      ['Patient', null, null, true, false],
      ['Provenance', 'target', 'Observation', false, true],
      ['*', null, null, false, false],
    ],
  );
  assert.deepEqual(search('Observation', '_include=Observation:code').ignored, ['_include']);
  refused('Observation', '_include=Observation', /_include/);
  refused('Observation', Array.from({ length: 31 }, () => '_include=Observation:patient').join('&'), /30/);
});

test('what is not known is reported, or refused when asked to be strict', () => {
  for (const name of ['_text', '_content', '_filter', '_query', 'shoe-size', 'near']) {
    assert.deepEqual(search('Location', `${name}=1&name=x`).ignored, [name]);
    refused('Location', `${name}=1`, new RegExp(name), true);
  }
  assert.deepEqual(search('Patient', 'name=').ignored, ['name'], 'a parameter without a value asks nothing');
});

test('a search over several types means each type by its own parameters', () => {
  const over = (query: string) =>
    parseSearch({ types: ['Condition', 'Observation', 'Patient'], query, strict: false, now });
  assert.deepEqual(over('code=x').types, ['Condition', 'Observation']);
  assert.deepEqual(over('_type=Patient,Observation&_id=1').types, ['Observation', 'Patient']);
  const impossible = over('gender=male&onset-date=2026');
  assert.deepEqual(impossible.criteria['Patient']?.at(-1), { kind: 'id', not: false, ids: [''] });
  assert.throws(() => over('_type=Nonsense'), Refusal);
});

test('hostile text is refused and never repeated', () => {
  for (const hostile of [
    'gender=%',
    'gender=%FF',
    'gender=%00',
    'name=%0a',
    'gender=%ED%A0%80',
    'birthdate=SECRET',
    'name:SECRET=1',
    '%3Cscript%3E:x=%00',
  ])
    assert.throws(
      () => search('Patient', hostile, { strict: true }),
      (error: unknown) =>
        error instanceof Refusal && error.status === 400 && !/script|=SECRET|be SECRET/.test(error.message),
      hostile,
    );
  refused('Patient', `_id=${Array.from({ length: 1001 }, (_, i) => i).join(',')}`, /_id.*1000/);
  refused('Patient', Array.from({ length: 201 }, () => 'a=b').join('&'), /200/);
  assert.deepEqual(search('Patient', '__proto__=1&constructor=2&toString=3').ignored.length, 3);
});
