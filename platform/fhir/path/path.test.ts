import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathModel } from '../elements.ts';
import { compilePath, UnsupportedPath } from './index.ts';

const observation = {
  resourceType: 'Observation',
  status: 'final',
  subject: { reference: 'Patient/1' },
  performer: [
    { reference: 'http://elsewhere/fhir/Practitioner/2' },
    { reference: '#me' },
    { type: 'Patient', identifier: { value: 'x' } },
  ],
  contained: [{ resourceType: 'Organization', id: 'me', name: 'Ours' }],
  valueQuantity: { value: 5.4, code: 'mg' },
  component: [
    { valueString: 'a' },
    { valueQuantity: { value: 1 } },
    { _valueString: { extension: [{ url: 'http://why', valueCode: 'unknown' }] } },
  ],
};

const find = (expression: string, resource: unknown = observation) =>
  compilePath(expression, pathModel)
    .nodes({ focus: resource, resource })
    .map(({ value }) => value);
const holds = (expression: string, focus: unknown, focusType: string) =>
  compilePath(expression, pathModel).holds({ focus, focusType, resource: observation });

test('a choice is found by its name and told apart by its type', () => {
  assert.deepEqual(find('Observation.value'), [observation.valueQuantity]);
  assert.deepEqual(find('Observation.value.as(Quantity)'), [observation.valueQuantity]);
  assert.deepEqual(find('(Observation.value as string)'), []);
  assert.deepEqual(find('component.value.ofType(string)'), ['a', undefined]);
  assert.deepEqual(find('value is Quantity'), [true]);
  assert.deepEqual(find('Condition.code'), []);
});

test('resolve() tells the type of a target without fetching it', () => {
  assert.deepEqual(find('subject.where(resolve() is Patient)'), [observation.subject]);
  assert.deepEqual(find('subject.where(resolve() is Group)'), []);
  assert.deepEqual(find('performer.where(resolve() is Practitioner).reference'), [
    'http://elsewhere/fhir/Practitioner/2',
  ]);
  assert.deepEqual(find('performer.resolve().ofType(Organization).name'), ['Ours']);
  assert.deepEqual(find('performer.where(resolve() is Patient).identifier.value'), ['x']);
});

test('logic leaves open what it does not know', () => {
  assert.deepEqual(find('{} and false'), [false]);
  assert.deepEqual(find('{} and true'), []);
  assert.deepEqual(find('{} or true'), [true]);
  assert.deepEqual(find('false implies {}'), [true]);
  assert.deepEqual(find('true implies {}'), []);
  assert.deepEqual(find("status = 'final' xor value.exists()"), [false]);
});

test('operators bind as the specification says', () => {
  assert.deepEqual(find('1 + 2 * 3'), [7]);
  assert.deepEqual(find("'a' & {} & 'b'"), ['ab']);
  assert.deepEqual(find('1 | 2 | 1'), [1, 2]);
  assert.deepEqual(find("'final' in status | 'x'"), [true]);
  assert.deepEqual(find('-1 < 0 and 7 div 2 = 3 and 7 mod 2 = 1'), [true]);
});

test('dates of different precision are only compared as far as both say', () => {
  const period = (start: string, end: string) => holds('start <= end', { start, end }, 'Period');
  assert.equal(period('2020-01-01', '2020-01-02'), true);
  assert.equal(period('2020-01-02', '2020-01-01'), false);
  assert.equal(period('2020', '2020-05'), true, 'open, so not held against anybody');
  assert.equal(period('2020-01-01T10:00:00+02:00', '2020-01-01T08:30:00Z'), true);
  assert.equal(period('2020-01-01T10:00:00-02:00', '2020-01-01T08:30:00Z'), false);
});

test('an invariant that yields nothing fails', () => {
  assert.equal(holds("low.code = '%'", {}, 'Range'), false);
  assert.equal(holds('low.exists() or high.exists()', { low: { value: 1 } }, 'Range'), true);
});

test('primitives with extensions only exist but have no value', () => {
  assert.deepEqual(find('component.value.hasValue()'), [false]);
  assert.deepEqual(find("component[2].value.extension('http://why').value"), ['unknown']);
  assert.deepEqual(find('component[2].value.exists()'), [true]);
  assert.deepEqual(find('component[2].value.hasValue()'), [false]);
});

test('what is not understood is refused while compiling', () => {
  for (const wrong of [
    'a.memberOf(%x)',
    'a..b',
    '(a',
    'a b',
    "'open",
    'a.where()',
    '%unknown',
    'exists(1,2)',
    '@',
    'a.is(1)',
  ])
    assert.throws(() => compilePath(wrong), UnsupportedPath, wrong);
  assert.throws(() => compilePath('('.repeat(5_000)), UnsupportedPath);
});
