import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '@polyclinic/kit';
import { type ParseOptions, parseResource, toOperationOutcome } from './resource.ts';

const refusal = (text: string, options: ParseOptions): Refusal => {
  try {
    parseResource(text, options);
  } catch (error) {
    if (error instanceof Refusal) return error;
  }
  throw new Error('not refused');
};

test('a resource is parsed and scanned', () => {
  const { resource, scan } = parseResource('{"resourceType":"Patient","id":"1"}', { longest: 100, type: 'Patient' });
  assert.equal(resource.id, '1');
  assert.equal(scan.resource.id?.end, 34);
});

test('what is too long, no resource, or another resource is refused', () => {
  const options = { longest: 100, type: 'Patient' };
  assert.equal(refusal('{"resourceType":"Patient"}', { longest: 10 }).status, 413);
  assert.equal(refusal('', options).status, 400);
  assert.equal(refusal('{}', options).status, 400);
  assert.equal(refusal('{"resourceType":"Foo"}', options).issues[0]?.expression?.[0], 'Resource.resourceType');
  assert.equal(refusal('{"resourceType":["Patient"]}', options).status, 400);
  assert.equal(refusal('{"resourceType":"Observation"}', options).status, 400);
});

test('no issues is good news, and FHIR wants it said', () => {
  assert.equal(toOperationOutcome([]).issue[0]?.severity, 'information');
  const issue = { severity: 'error', code: 'value', diagnostics: 'x' } as const;
  assert.deepEqual(toOperationOutcome([issue]).issue, [issue]);
});
