// Judges resources by the official definitions. Each type is compiled into closures when it is first met.
// Spec: http://hl7.org/fhir/R4/validation.html
import type { Issue } from '@polyclinic/kit';
import { isResourceType } from '../definitions.ts';
import { type Check, isRecord } from './fields.ts';
import { judgePending } from './invariants.ts';
import { compileObject } from './objects.ts';
import { checkReferred, compileResourceElement, typeOf } from './resources.ts';
import { report, scopeOf, type ValidateOptions, type Walk } from './walk.ts';

export type { ValidateOptions } from './walk.ts';
export type Validator = (resource: unknown, options?: ValidateOptions) => readonly Issue[];

const compiled = new Map<string, Check>();
const validators = new Map<string, Validator>();

function checks(type: string): Check {
  let check = compiled.get(type);
  if (check === undefined) {
    check = type === 'Resource' ? compileResourceElement(checks) : compileObject(type, isResourceType(type), checks);
    compiled.set(type, check);
  }
  return check;
}

/**
 * The validator of a resource type: issues with FHIRPath expressions (`Patient.contact[0].gender`), none when all is well.
 * @throws Error when `type` is no resource type of R4.
 */
export function compileValidator(type: string): Validator {
  let validator = validators.get(type);
  if (validator === undefined) {
    if (!isResourceType(type)) throw new Error(`${type} is no resource type of FHIR R4`);
    validator = (resource, options = {}) => validate(type, resource, options);
    validators.set(type, validator);
  }
  return validator;
}

function validate(type: string, resource: unknown, options: ValidateOptions): readonly Issue[] {
  const walk: Walk = {
    options,
    issues: [],
    path: [type],
    pending: [],
    scope: scopeOf(isRecord(resource) ? resource : {}),
  };
  const found = typeOf(walk, resource);
  if (found === null) return walk.issues;
  if (found !== type) {
    report(walk, 'structure', `must be ${type} here.`, 'resourceType');
    return walk.issues;
  }
  checks(type)(walk, resource);
  checkReferred(walk);
  if (walk.issues.length === 0) judgePending(walk);
  return walk.issues;
}
