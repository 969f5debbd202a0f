// What a reference may look like and point to: http://hl7.org/fhir/R4/references.html
import { isResourceType } from '../definitions.ts';
import { report, type Walk } from './walk.ts';

const RELATIVE = /^([A-Z][A-Za-z]+)\/[A-Za-z0-9.-]{1,64}(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/;
const AT_END = /\/([A-Z][A-Za-z]+)\/[A-Za-z0-9.-]{1,64}(?:\/_history\/[A-Za-z0-9.-]{1,64})?$/;
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:\S/i;

/** Judges one Reference element; the walk stands on it. `targets`: the types allowed, null for all. */
export function checkReference(
  walk: Walk,
  value: Readonly<Record<string, unknown>>,
  targets: ReadonlySet<string> | null,
): void {
  const { reference, type } = value;
  if (typeof type === 'string' && targets !== null && isResourceType(type) && !targets.has(type))
    report(walk, 'value', `must name one of: ${[...targets].join(', ')}.`, 'type');
  if (typeof reference !== 'string' || reference === '') return;
  const target = targetOf(walk, reference);
  if (target !== null && targets !== null && !targets.has(target))
    report(walk, 'value', `must point to one of: ${[...targets].join(', ')}.`, 'reference');
}

/** The type pointed to, or null when it can't be told. */
function targetOf(walk: Walk, reference: string): string | null {
  if (reference.startsWith('#')) return localTarget(walk, reference.slice(1));
  const relative = RELATIVE.exec(reference)?.[1];
  if (relative !== undefined) {
    if (isResourceType(relative)) return relative;
    report(walk, 'value', 'must point to a resource type of FHIR R4.', 'reference');
    return null;
  }
  if (ABSOLUTE.test(reference)) {
    const type = /^https?:/i.test(reference) ? AT_END.exec(reference)?.[1] : undefined;
    return type !== undefined && isResourceType(type) ? type : null;
  }
  const question = reference.indexOf('?');
  const type = question < 0 ? '' : reference.slice(0, question);
  if (!isResourceType(type)) {
    report(walk, 'value', 'must be Type/id, an absolute URL, urn:uuid:… or #id.', 'reference');
    return null;
  }
  if (walk.options.conditionalReferences !== true) {
    report(walk, 'value', 'may be a conditional reference only inside a transaction.', 'reference');
    return null;
  }
  return type;
}

function localTarget(walk: Walk, id: string): string | null {
  const { scope } = walk;
  // '#' alone is what contains this resource: http://hl7.org/fhir/R4/references.html#contained
  if (id === '') {
    const type = scope.root['resourceType'];
    if (scope.resource !== scope.root && typeof type === 'string') return type;
    report(walk, 'invariant', 'points to a container, but this resource is not contained.', 'reference');
    return null;
  }
  const found = scope.contained.get(id);
  if (found !== undefined) return typeof found['resourceType'] === 'string' ? found['resourceType'] : null;
  report(walk, 'invariant', 'points to nothing contained here (ref-1).', 'reference');
  return null;
}
