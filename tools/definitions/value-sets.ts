// Draws the code lists that required bindings need. A value set that can't be listed (all of UCUM) is left out.
import type { CodeSystem, Concept, ValueSet } from './shapes.ts';

/** Code lists by value set name: `{ 'administrative-gender': { 'http://hl7.org/…': ['male', …] } }`. */
export type CodeLists = Record<string, Record<string, string[]>>;

export function lastSegment(url: string): string {
  return (url.split('|')[0] ?? '').replace(/^.*\//, '');
}

/** Lists every value set of `wanted` that can be listed; the others are named in `open`. */
export function drawCodeLists(
  wanted: ReadonlySet<string>,
  resources: readonly (CodeSystem | ValueSet)[],
): { lists: CodeLists; open: string[] } {
  const sets = new Map<string, ValueSet>();
  const systems = new Map<string, CodeSystem>();
  for (const resource of resources) {
    if (resource.resourceType === 'ValueSet') sets.set(resource.url, resource);
    if (resource.resourceType === 'CodeSystem') systems.set(resource.url, resource);
  }
  const lists: CodeLists = {};
  const open: string[] = [];
  for (const canonical of [...wanted].sort()) {
    const url = canonical.split('|')[0] ?? '';
    const list = listOf(url, sets, systems);
    if (list === undefined) open.push(lastSegment(url));
    else lists[lastSegment(url)] = list;
  }
  return { lists, open: open.filter((name) => lists[name] === undefined) };
}

function listOf(
  url: string,
  sets: ReadonlyMap<string, ValueSet>,
  systems: ReadonlyMap<string, CodeSystem>,
): Record<string, string[]> | undefined {
  const set = sets.get(url);
  if (set?.compose === undefined) return undefined;
  const list: Record<string, string[]> = {};
  for (const include of set.compose.include) {
    for (const other of include.valueSet ?? []) {
      const nested = listOf(other, sets, systems);
      if (nested === undefined) return undefined;
      for (const [system, codes] of Object.entries(nested)) list[system] = [...(list[system] ?? []), ...codes];
    }
    if (include.system === undefined) continue;
    const concepts = include.concept ?? systems.get(include.system)?.concept ?? currencies(include.system);
    if (concepts === undefined || include.filter !== undefined) return undefined;
    list[include.system] = [...(list[include.system] ?? []), ...codesOf(concepts)];
  }
  for (const [system, codes] of Object.entries(list)) list[system] = [...new Set(codes)].sort();
  return list;
}

function codesOf(concepts: readonly Concept[]): string[] {
  return concepts.flatMap((concept) => [concept.code, ...codesOf(concept.concept ?? [])]);
}

/** ISO 4217 is not in the package; the currencies the JavaScript runtime knows are those of ISO 4217, old ones included. */
function currencies(system: string): Concept[] | undefined {
  if (system !== 'urn:iso:std:iso:4217') return undefined;
  return [...Intl.supportedValuesOf('currency'), 'XTS', 'XXX'].map((code) => ({ code }));
}
