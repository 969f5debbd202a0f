// Resources inside resources: contained ones share their container's local references, those in bundles stand alone.
// Spec: http://hl7.org/fhir/R4/references.html#contained
import { isResourceType } from '../definitions.ts';
import { type Check, type Checks, type Fields, isRecord } from './fields.ts';
import { has } from './native-rules.ts';
import { report, scopeOf, type Walk } from './walk.ts';

/** The check of an element whose type is Resource; the walk stands on it. */
export function compileResourceElement(checks: Checks): Check {
  return (walk, value) => {
    const type = typeOf(walk, value);
    if (type === null || !isRecord(value)) return;
    const outer = walk.scope;
    const isContained = walk.path.at(-2) === 'contained';
    if (isContained) checkContained(walk, value);
    walk.scope = isContained ? { ...outer, resource: value } : scopeOf(value);
    checks(type)(walk, value);
    if (!isContained) checkReferred(walk);
    walk.scope = outer;
  };
}

/** The resource type of a value, or null, with the reason reported. */
export function typeOf(walk: Walk, value: unknown): string | null {
  if (!isRecord(value)) {
    report(walk, 'structure', 'must be a resource.');
    return null;
  }
  const type = value['resourceType'];
  if (typeof type === 'string' && isResourceType(type)) return type;
  report(walk, 'structure', 'must name a resource type of FHIR R4.', 'resourceType');
  return null;
}

function checkContained(walk: Walk, value: Fields): void {
  if (value['contained'] !== undefined) report(walk, 'invariant', 'may not be nested (dom-2).', 'contained');
  if (value['id'] === undefined) report(walk, 'required', 'is required where a resource is contained.', 'id');
  const { meta } = value;
  if (!isRecord(meta)) return;
  if (has(meta, 'versionId') || has(meta, 'lastUpdated'))
    report(walk, 'invariant', 'may not have versionId or lastUpdated where a resource is contained (dom-4).', 'meta');
  if (meta['security'] !== undefined)
    report(walk, 'invariant', 'may not have security labels where a resource is contained (dom-5).', 'meta');
}

/** A contained resource that nothing refers to has no meaning (dom-3). */
export function checkReferred(walk: Walk): void {
  const { root, referred, pointsUp } = walk.scope;
  const { contained } = root;
  if (!Array.isArray(contained)) return;
  contained.forEach((resource: unknown, index) => {
    if (!isRecord(resource) || typeof resource['id'] !== 'string') return;
    if (referred.has(resource['id']) || pointsUp.has(resource)) return;
    report(walk, 'invariant', `holds a resource at ${index} that nothing refers to (dom-3).`, 'contained');
  });
}
