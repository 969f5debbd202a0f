// What the R4 definitions say of a type's elements that interactions need: summary, mandatory, repeating.
import { elementsOf as definedElements, structureOf } from '@polyclinic/fhir';

export interface ElementFacts {
  readonly name: string;
  readonly mandatory: boolean;
  readonly summary: boolean;
}

const known = new Map<string, ReadonlyMap<string, ElementFacts>>();

/** The top-level elements of a resource type by their JSON member: `valueQuantity` belongs to `value`. */
export function membersOfType(type: string): ReadonlyMap<string, ElementFacts> {
  const made = known.get(type);
  if (made !== undefined) return made;
  const members = new Map<string, ElementFacts>();
  for (const [name, shape] of definedElements(type)) {
    const facts = { name, mandatory: (shape.min ?? 0) > 0, summary: shape.summary === 1 };
    if (shape.choice === undefined) members.set(name, facts);
    else for (const each of shape.choice) members.set(name + each.charAt(0).toUpperCase() + each.slice(1), facts);
  }
  if (members.size > 0) known.set(type, members);
  return members;
}

/** Whether `name` below a path such as `Patient.contact` is a list. */
export function repeats(path: string, name: string): boolean {
  return definedElements(typeAt(path)).get(name)?.max === '*';
}

/** The type of the element a path leads to; backbone elements are types of their own. */
function typeAt(path: string): string {
  if (structureOf(path) !== undefined) return path;
  const [first = '', ...rest] = path.split('.');
  let type = first;
  for (const name of rest) type = definedElements(type).get(name)?.type ?? '';
  return type;
}
