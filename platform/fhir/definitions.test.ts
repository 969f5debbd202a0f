import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  codeList,
  compartmentParameters,
  compartmentTypes,
  parameterNumber,
  parametersOf,
  resourceTypes,
  structureOf,
  typeName,
  typeNumber,
} from './definitions.ts';
import { elementsOf, invariantsOf, pathModel } from './elements.ts';
import { compilePath } from './path/index.ts';
import { compileValidator } from './validate/index.ts';
import { primitiveOf } from './validate/primitives.ts';

test('all resource types of R4 are there, numbered once and for all', () => {
  assert.equal(resourceTypes.length, 146);
  for (const type of resourceTypes) assert.equal(typeName(typeNumber(type) ?? 0), type);
  // These two are stored in every database; a change here breaks them all.
  assert.equal(typeNumber('Account'), 1);
  assert.equal(typeNumber('VisionPrescription'), 146);
  assert.equal(typeNumber('Bot'), undefined);
  assert.equal(typeNumber('toString'), undefined);
});

test('every element is of a known type and every reference points to a resource type', () => {
  const visit = (name: string, seen: Set<string>): void => {
    if (seen.has(name)) return;
    seen.add(name);
    assert.ok(structureOf(name) !== undefined, name);
    for (const [element, shape] of elementsOf(name)) {
      for (const type of shape.choice ?? [shape.type ?? '']) {
        assert.ok(primitiveOf(type) !== undefined || structureOf(type) !== undefined, `${name}.${element}: ${type}`);
        if (primitiveOf(type) === undefined) visit(type, seen);
      }
      for (const target of shape.targets ?? [])
        assert.ok(typeNumber(target) !== undefined, `${name}.${element}: ${target}`);
      if (shape.binding !== undefined) assert.ok(codeList(shape.binding) !== undefined, shape.binding);
    }
  };
  const seen = new Set<string>();
  for (const type of resourceTypes) visit(type, seen);
});

test('every invariant and every search parameter is a path that compiles', () => {
  for (const type of resourceTypes) {
    for (const { expression } of invariantsOf(type)) compilePath(expression, pathModel);
    for (const { code, expression } of parametersOf(type)) {
      compilePath(expression, pathModel);
      assert.ok(parameterNumber(code) !== undefined, code);
    }
  }
});

test('parameters are those of the type, with its own part of shared expressions', () => {
  const patient = parametersOf('CarePlan').find(({ code }) => code === 'patient');
  assert.match(patient?.expression ?? '', /^CarePlan\.subject/);
  assert.ok(!patient?.expression.includes('AllergyIntolerance'));
  for (const code of ['_id', '_lastUpdated', '_tag', '_profile', '_security', '_source'])
    assert.ok(
      parametersOf('Patient').some((parameter) => parameter.code === code),
      code,
    );
  assert.deepEqual(parametersOf('HumanName'), []);
});

test('compartments name the parameters that lead into them', () => {
  assert.deepEqual(compartmentParameters('Patient', 'AllergyIntolerance'), ['patient', 'recorder', 'asserter']);
  assert.deepEqual(compartmentParameters('Encounter', 'ChargeItem'), ['context']);
  assert.deepEqual(compartmentParameters('Encounter', 'Encounter'), ['_id']);
  assert.deepEqual(compartmentParameters('Patient', 'Location'), []);
  assert.ok(compartmentTypes('Patient').includes('Observation'));
});

/** The least a type accepts: what is required, with the first code or a plain value. */
function least(type: string): unknown {
  const value: Record<string, unknown> = {};
  for (const [name, shape] of elementsOf(type)) {
    if (shape.min === undefined) continue;
    const [option = ''] = shape.choice ?? [shape.type ?? ''];
    const property = shape.choice === undefined ? name : `${name}${option[0]?.toUpperCase()}${option.slice(1)}`;
    const one = sample(option, shape.binding, shape.targets?.[0] ?? 'Patient');
    value[property] = shape.max === '*' ? [one] : one;
  }
  return value;
}

function sample(type: string, binding: string | undefined, target: string): unknown {
  const [system, codes] = Object.entries((binding === undefined ? undefined : codeList(binding)) ?? {})[0] ?? [
    'http://x.org',
    ['x'],
  ];
  const code = codes[0] ?? 'x';
  if (type === 'Reference') return { reference: `${target}/1` };
  if (type === 'Coding') return { system, code };
  if (type === 'CodeableConcept') return { coding: [{ system, code }] };
  if (type === 'code') return code;
  if (type === 'Resource') return { resourceType: 'Patient' };
  const plain: Record<string, unknown> = {
    boolean: true,
    integer: 1,
    positiveInt: 1,
    unsignedInt: 1,
    decimal: 1,
    date: '2024-01-01',
    dateTime: '2024-01-01',
    instant: '2024-01-01T00:00:00Z',
    time: '10:00:00',
    base64Binary: 'QUJD',
    xhtml: '<div xmlns="http://www.w3.org/1999/xhtml">x</div>',
    oid: 'urn:oid:1.2',
    uuid: 'urn:uuid:c757873d-ec9a-4326-a141-556f43239520',
    url: 'http://x.org',
    uri: 'http://x.org',
    canonical: 'http://x.org',
  };
  if (primitiveOf(type) !== undefined) return plain[type] ?? 'x';
  const value = least(type) as Record<string, unknown>;
  return Object.keys(value).length > 0 ? value : { extension: [{ url: 'http://x.org', valueBoolean: true }] };
}

test('every type accepts the least it requires, and misses whatever of it is taken away', () => {
  for (const type of resourceTypes) {
    const resource = { resourceType: type, ...(least(type) as object) };
    // Invariants may ask for more than cardinality does; what is judged here is structure.
    const issues = compileValidator(type)(resource).filter(({ code }) => code !== 'invariant');
    assert.deepEqual(issues, [], type);
    for (const name of Object.keys(resource)) {
      if (name === 'resourceType') continue;
      const without = Object.fromEntries(Object.entries(resource).filter(([other]) => other !== name));
      const missed = compileValidator(type)(without).map(({ code }) => code);
      assert.deepEqual(missed, ['required'], `${type}.${name}`);
    }
    assert.equal(compileValidator(type)({ ...resource, noSuchElement: 1 })[0]?.code, 'structure', type);
  }
});
