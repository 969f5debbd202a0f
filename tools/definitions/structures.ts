// Draws the structure table: one entry per type and per backbone element, inherited elements told once.
import { correctElements, correctTargets, NOT_R4_INVARIANTS, NOT_R4_TYPES } from './corrections.ts';
import type { ElementDefinition, StructureDefinition } from './shapes.ts';
import { lastSegment } from './value-sets.ts';

export interface InvariantRow {
  readonly key: string;
  readonly severity: 'error' | 'warning';
  readonly expression: string;
  readonly human: string;
}

export interface ElementRow {
  type?: string;
  choice?: string[];
  min?: number;
  max?: '*';
  targets?: string[];
  /** The one profile R4 narrows an element's Quantity with: no comparator. */
  profile?: 'SimpleQuantity';
  binding?: string;
  summary?: 1;
  invariants?: InvariantRow[];
}

export interface StructureRow {
  kind: string;
  base?: string;
  elements: Record<string, ElementRow>;
  invariants?: InvariantRow[];
}

const SYSTEM_TYPE = /^http:\/\/hl7\.org\/fhirpath\/System\./;

/** Structures by name (`Patient`, `Patient.contact`). `bindings` receives the value sets that required bindings name. */
export function drawStructures(
  definitions: readonly StructureDefinition[],
  bindings: Set<string>,
): Record<string, StructureRow> {
  const rows: Record<string, StructureRow> = {};
  for (const definition of definitions) {
    if (definition.resourceType !== 'StructureDefinition' || NOT_R4_TYPES.has(definition.name)) continue;
    if (definition.kind === 'primitive-type') {
      rows[definition.name] = { kind: 'primitive', base: lastSegment(definition.baseDefinition ?? ''), elements: {} };
      continue;
    }
    drawOne(definition, rows, bindings);
  }
  return Object.fromEntries(Object.entries(rows).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function drawOne(definition: StructureDefinition, rows: Record<string, StructureRow>, bindings: Set<string>): void {
  const elements = correctElements(definition.snapshot.element);
  const base = lastSegment(definition.baseDefinition ?? '');
  const root = elements[0];
  if (root === undefined) throw new Error(`${definition.name} has no elements`);
  const kind = definition.kind === 'resource' ? 'resource' : 'complex';
  rows[definition.name] = { kind, ...(base && { base }), elements: {}, ...invariantsOf(definition, root) };
  const parents = new Set(elements.map(({ path }) => path.slice(0, path.lastIndexOf('.'))));
  for (const element of elements.slice(1)) {
    const dot = element.path.lastIndexOf('.');
    const [parentPath, name] = [element.path.slice(0, dot), element.path.slice(dot + 1)];
    // MoneyQuantity and SimpleQuantity constrain Quantity, so their paths say Quantity.
    const parent = rows[parentPath === root.path ? definition.name : parentPath];
    if (parent === undefined) throw new Error(`${element.path} comes before its parent`);
    if (element.max === '0') continue;
    if (isInherited(definition, element, parentPath === root.path, name)) continue;
    const nested = parents.has(element.path);
    if (nested)
      rows[element.path] = {
        kind: 'backbone',
        base: element.type?.[0]?.code ?? 'BackboneElement',
        elements: {},
        ...invariantsOf(definition, element),
      };
    parent.elements[name.replace('[x]', '')] = drawElement(definition, element, nested, bindings);
  }
}

function isInherited(
  definition: StructureDefinition,
  element: ElementDefinition,
  atRoot: boolean,
  name: string,
): boolean {
  if (definition.name === 'Element' || definition.name === 'Resource') return false;
  if (!atRoot) return /^(id|extension|modifierExtension)$/.test(name);
  // Extension, Reference and the like restate what Element says; R4 never narrows it there.
  const owner = element.base?.path.split('.')[0];
  return owner !== undefined && owner !== definition.name && definition.derivation !== 'constraint'
    ? true
    : definition.derivation === 'constraint' && owner === 'Element';
}

function drawElement(
  definition: StructureDefinition,
  element: ElementDefinition,
  nested: boolean,
  bindings: Set<string>,
): ElementRow {
  const row: ElementRow = {};
  const types = element.type ?? [];
  const names = types.map(({ code, extension }) =>
    SYSTEM_TYPE.test(code) ? (extension?.find(({ url }) => url.endsWith('fhir-type'))?.valueUrl ?? 'string') : code,
  );
  if (element.contentReference !== undefined) row.type = element.contentReference.replace(/^.*#/, '');
  else if (nested) row.type = element.path;
  else if (element.path.endsWith('[x]')) row.choice = names;
  else if (names.length === 1 && names[0] !== undefined) row.type = names[0];
  else throw new Error(`${element.path} has ${names.length} types`);
  // R4 gives Resource.id the type string and says in words that it is an id.
  if (element.path === 'Resource.id') row.type = 'id';
  if (element.min > 0) row.min = element.min;
  if (element.max === '*') row.max = '*';
  const targets = types
    .flatMap(({ code, targetProfile }) => (code === 'Reference' ? (targetProfile ?? []) : []))
    .map(lastSegment);
  if (targets.length > 0 && !targets.includes('Resource')) row.targets = correctTargets(element.path, targets);
  if (types.some(({ profile }) => profile?.[0]?.endsWith('/SimpleQuantity'))) row.profile = 'SimpleQuantity';
  if (element.binding?.strength === 'required' && element.binding.valueSet !== undefined) {
    bindings.add(element.binding.valueSet);
    row.binding = lastSegment(element.binding.valueSet);
  }
  if (element.isSummary === true) row.summary = 1;
  if (!nested && definition.name !== 'Element') Object.assign(row, invariantsOf(definition, element));
  return row;
}

/** The invariants told here for the first time; those of the element's type or of a base are told there. */
function invariantsOf(definition: StructureDefinition, element: ElementDefinition): { invariants?: InvariantRow[] } {
  const own = (element.constraint ?? []).filter(
    ({ key, source, expression }) =>
      expression !== undefined && !NOT_R4_INVARIANTS.has(key) && (source === undefined || source === definition.url),
  );
  if (own.length === 0) return {};
  return {
    invariants: own.map(({ key, severity, expression, human }) => ({
      key,
      severity,
      expression: expression ?? '',
      human,
    })),
  };
}
