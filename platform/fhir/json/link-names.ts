// Which JSON properties can hold a link to another resource: elements of a uri-like type, also inside choices.
// Bundle processing rewrites such links: http://hl7.org/fhir/R4/http.html#trules
import { resourceTypes, structureOf } from '../definitions.ts';
import { choiceProperty } from '../path/index.ts';

const LINK_TYPES = new Set(['uri', 'url', 'canonical', 'oid', 'uuid']);

/** Property names, worked out from the definitions: `url`, `instantiatesCanonical`, `valueUri`, and `reference`. */
export function drawLinkNames(): ReadonlySet<string> {
  const names = new Set(['reference']);
  const seen = new Set<string>();
  const visit = (type: string): void => {
    if (seen.has(type)) return;
    seen.add(type);
    const structure = structureOf(type);
    if (structure === undefined) return;
    if (structure.base !== undefined) visit(structure.base);
    for (const [name, { type: single, choice }] of Object.entries(structure.elements)) {
      if (single !== undefined && LINK_TYPES.has(single)) names.add(name);
      for (const option of choice ?? []) if (LINK_TYPES.has(option)) names.add(choiceProperty(name, option));
      for (const next of choice ?? [single ?? '']) visit(next);
    }
  };
  for (const type of resourceTypes) visit(type);
  return names;
}
