// A type's elements with the inherited ones, and what FHIRPath needs to know of them.
import { codeList, type ElementShape, type Invariant, structureOf } from './definitions.ts';
import type { PathModel } from './path/index.ts';

const gathered = new Map<string, ReadonlyMap<string, ElementShape>>();

/** Every element of a type or backbone element by name, inherited ones first. Empty for what is not defined. */
export function elementsOf(name: string): ReadonlyMap<string, ElementShape> {
  const known = gathered.get(name);
  if (known !== undefined) return known;
  const structure = structureOf(name);
  if (structure === undefined) return new Map();
  const elements = new Map<string, ElementShape>(structure.base === undefined ? [] : elementsOf(structure.base));
  for (const [element, shape] of Object.entries(structure.elements)) elements.set(element, shape);
  gathered.set(name, elements);
  return elements;
}

/** The invariants of a type, those of what it specialises first. */
export function invariantsOf(name: string): readonly Invariant[] {
  const structure = structureOf(name);
  if (structure === undefined) return [];
  return [...(structure.base === undefined ? [] : invariantsOf(structure.base)), ...(structure.invariants ?? [])];
}

/** What FHIRPath asks about types, answered from the definitions. */
export const pathModel: PathModel = {
  element(type, name) {
    const shape = elementsOf(type).get(name);
    if (shape === undefined) return undefined;
    const binding = shape.binding === undefined || codeList(shape.binding) === undefined ? undefined : shape.binding;
    return {
      types: shape.choice ?? [shape.type ?? ''],
      choice: shape.choice !== undefined,
      ...(binding !== undefined && { binding }),
    };
  },
  parent: (type) => structureOf(type)?.base,
};
