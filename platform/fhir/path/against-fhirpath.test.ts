// The compiler gives what the reference implementation gives, on every search parameter and invariant of R4.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fhirpath, { type Model } from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4/index.js';
import { parametersOf, resourceTypes } from '../definitions.ts';
import { elementsOf, invariantsOf, pathModel } from '../elements.ts';
import { clinicResources } from '../search/samples.test-data.ts';
import { firstOfEachType, syntheaResources } from '../search/synthea.test-data.ts';
import { compilePath } from './index.ts';

/** The reference implementation fetches for resolve(), refuses `as` on lists, and judges narrative its own way. */
const APART = /resolve\(\)|component\.value as|htmlChecks|descendants\(\)\.as/;

function theirs(expression: string, focus: unknown, path: string, resource: unknown): unknown[] {
  const where = path === (focus as { resourceType?: string }).resourceType ? expression : { base: path, expression };
  return fhirpath.evaluate(focus as object, where, { resource, rootResource: resource }, r4 as Model, {
    traceFn: () => undefined,
  }) as unknown[];
}

function ours(expression: string, focus: unknown, focusType: string, resource: unknown): unknown[] {
  return compilePath(expression, pathModel)
    .nodes({ focus, focusType, resource })
    .map(({ value }) => value);
}

for (const resource of [...clinicResources, ...firstOfEachType(syntheaResources(), 2)])
  test(`${resource.resourceType}/${resource.id}: the same values`, () => {
    const type = resource.resourceType;
    for (const { code, expression } of parametersOf(type))
      if (!APART.test(expression))
        assert.deepEqual(
          ours(expression, resource, type, resource),
          theirs(expression, resource, type, resource),
          code,
        );
    for (const { key, expression } of invariantsOf(type))
      if (!APART.test(expression))
        assert.deepEqual(ours(expression, resource, type, resource), theirs(expression, resource, type, resource), key);
    for (const [name, { invariants = [], type: elementType = '' }] of elementsOf(type))
      for (const { key, expression } of [...invariants, ...invariantsOf(elementType)]) {
        const value = (resource as Record<string, unknown>)[name];
        if (value === undefined || APART.test(expression) || typeof value !== 'object') continue;
        for (const focus of Array.isArray(value) ? value : [value])
          assert.deepEqual(
            ours(expression, focus, elementType, resource),
            theirs(expression, focus, `${type}.${name}`, resource),
            `${name} ${key}`,
          );
      }
  });

test('every expression of R4 compiles', () => {
  for (const type of resourceTypes) {
    for (const { expression } of parametersOf(type)) compilePath(expression, pathModel);
    for (const { expression } of invariantsOf(type)) compilePath(expression, pathModel);
  }
});
