// A value on its way through a path, with what is known of its FHIR type.
import { CHOICE_TYPES, choiceProperty, type PathModel } from './model.ts';

export interface PathNode {
  /** The JSON value; undefined for a primitive that has only extensions. */
  readonly value: unknown;
  /** `Quantity`, `Observation.component`, or `System.String` for what the expression itself made; '' if unknown. */
  readonly type: string;
  /** The `_name` sibling of a primitive: its id and extensions. */
  readonly extra?: unknown;
}

export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const ROOT_TYPES = new Set(['Resource', 'DomainResource']);

/** A node for a whole resource or a value handed in from outside. */
export function nodeOf(value: unknown, type = ''): PathNode {
  return { value, type: isJson(value) && typeof value['resourceType'] === 'string' ? value['resourceType'] : type };
}

/** The children called `name`, in order, choices resolved to their type. */
export function childrenNamed(model: PathModel, node: PathNode, name: string, into: PathNode[]): void {
  const from = isJson(node.value) ? node.value : isJson(node.extra) ? node.extra : undefined;
  if (from === undefined || name === 'resourceType') return;
  const shape = node.type === '' ? undefined : model.element(node.type, name);
  if (shape?.choice) {
    for (const type of shape.types) collect(from, choiceProperty(name, type), type, into);
    return;
  }
  const before = into.length;
  collect(from, name, shape?.types[0] ?? guess(name), into);
  if (shape === undefined && into.length === before && !Object.hasOwn(from, name))
    for (const type of CHOICE_TYPES) collect(from, choiceProperty(name, type), type, into);
}

/** Every child, as children() gives them. */
export function allChildren(model: PathModel, node: PathNode, into: PathNode[]): void {
  const from = isJson(node.value) ? node.value : isJson(node.extra) ? node.extra : undefined;
  if (from === undefined) return;
  for (const property of Object.keys(from)) {
    if (property === 'resourceType') continue;
    if (property.startsWith('_')) {
      if (!Object.hasOwn(from, property.slice(1)))
        collect(from, property.slice(1), childType(model, node, property.slice(1)), into);
      continue;
    }
    collect(from, property, childType(model, node, property), into);
  }
}

/** The type of the child in a JSON property, looking through choices: `valueQuantity` is a Quantity. */
function childType(model: PathModel, node: PathNode, property: string): string {
  const shape = node.type === '' ? undefined : model.element(node.type, property);
  if (shape !== undefined && !shape.choice) return shape.types[0] ?? '';
  for (let at = property.length - 1; at > 0; at--) {
    const letter = property.charCodeAt(at);
    if (letter < 65 || letter > 90) continue;
    const choice = model.element(node.type, property.slice(0, at));
    const type = choice?.choice ? choice.types.find((t) => choiceProperty('', t) === property.slice(at)) : undefined;
    if (type !== undefined) return type;
  }
  return guess(property);
}

/** Without definitions a few names still speak for themselves. */
function guess(name: string): string {
  if (name === 'extension' || name === 'modifierExtension') return 'Extension';
  return '';
}

function collect(from: Json, property: string, type: string, into: PathNode[]): void {
  const value = Object.hasOwn(from, property) ? from[property] : undefined;
  const extra = from[`_${property}`];
  if (value === undefined && extra === undefined) return;
  if (Array.isArray(value) || Array.isArray(extra)) {
    const values = Array.isArray(value) ? value : [];
    const extras = Array.isArray(extra) ? extra : [];
    for (let i = 0; i < Math.max(values.length, extras.length); i++) add(values[i], extras[i], type, into);
  } else add(value, extra, type, into);
}

function add(value: unknown, extra: unknown, type: string, into: PathNode[]): void {
  const absent = value === undefined || value === null;
  if (absent && (extra === undefined || extra === null)) return;
  if (absent) into.push({ value: undefined, type, extra });
  else if (extra !== undefined && extra !== null) into.push({ value, type, extra });
  else if (isJson(value) && typeof value['resourceType'] === 'string' && (type === '' || ROOT_TYPES.has(type)))
    into.push({ value, type: value['resourceType'] });
  else into.push({ value, type });
}
