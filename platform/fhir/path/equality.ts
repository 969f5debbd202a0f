// When two values are equal, equivalent or ordered. Spec: http://hl7.org/fhirpath/N1/#equality
import { compareMoments, isMomentType } from './moment.ts';
import { isJson, type Json, type PathNode } from './node.ts';

/** Converts a quantity to a common unit; null when the unit is not known. */
export type ToCommonUnit = (value: number, code: string) => { readonly value: number; readonly unit: string } | null;

/** Two nodes; undefined when precision or units leave it open. */
export function equal(left: PathNode, right: PathNode, units: ToCommonUnit): boolean | undefined {
  if (isQuantity(left) && isQuantity(right)) {
    const order = compareQuantities(left.value as Json, right.value as Json, units);
    return order === undefined ? deepEqual(left.value, right.value) : order === 0;
  }
  const dated = typeof left.value === 'string' && typeof right.value === 'string';
  if (dated && (isMomentType(left.type) || isMomentType(right.type))) {
    if (left.value === right.value) return true;
    const order = compareMoments(left.value as string, right.value as string);
    return order === undefined ? undefined : order === 0;
  }
  return deepEqual(left.value, right.value) && deepEqual(left.extra, right.extra, true);
}

/** Two collections, in order; undefined for an empty one. */
export function equalAll(
  left: readonly PathNode[],
  right: readonly PathNode[],
  units: ToCommonUnit,
): boolean | undefined {
  if (left.length === 0 || right.length === 0) return undefined;
  if (left.length !== right.length) return false;
  let open = false;
  for (let i = 0; i < left.length; i++) {
    const same = equal(left[i] as PathNode, right[i] as PathNode, units);
    if (same === false) return false;
    if (same === undefined) open = true;
  }
  return open ? undefined : true;
}

/** `~`: case and white space of strings and the order of items do not count; two empty collections are equivalent. */
export function equivalentAll(left: readonly PathNode[], right: readonly PathNode[], units: ToCommonUnit): boolean {
  if (left.length !== right.length) return false;
  const rest = [...right];
  for (const node of left) {
    const at = rest.findIndex((other) => equivalent(node, other, units));
    if (at < 0) return false;
    rest.splice(at, 1);
  }
  return true;
}

function equivalent(left: PathNode, right: PathNode, units: ToCommonUnit): boolean {
  if (typeof left.value === 'string' && typeof right.value === 'string' && !isMomentType(left.type))
    return loose(left.value) === loose(right.value);
  return equal(left, right, units) === true;
}

const loose = (text: string): string => text.toLowerCase().trim().replace(/\s+/g, ' ');

/** Negative, zero, positive; undefined when the two cannot be ordered. */
export function compare(left: PathNode, right: PathNode, units: ToCommonUnit): number | undefined {
  const a = left.value;
  const b = right.value;
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  if (typeof a === 'string' && typeof b === 'string') {
    if (isMomentType(left.type) || isMomentType(right.type)) return compareMoments(a, b);
    return a < b ? -1 : a > b ? 1 : 0;
  }
  if (isQuantity(left) && isQuantity(right)) return compareQuantities(a as Json, b as Json, units);
  return undefined;
}

function isQuantity(node: PathNode): boolean {
  return isJson(node.value) && typeof node.value['value'] === 'number';
}

function compareQuantities(a: Json, b: Json, units: ToCommonUnit): number | undefined {
  const [x, y] = [a['value'] as number, b['value'] as number];
  const [unitA, unitB] = [a['code'] ?? a['unit'] ?? '1', b['code'] ?? b['unit'] ?? '1'];
  if (unitA === unitB) return x - y;
  const commonA = units(x, String(unitA));
  const commonB = units(y, String(unitB));
  return commonA !== null && commonB !== null && commonA.unit === commonB.unit
    ? commonA.value - commonB.value
    : undefined;
}

/** `loosely`: absent counts as absent whatever the kind of absence. */
function deepEqual(a: unknown, b: unknown, loosely = false): boolean {
  if (a === b) return true;
  if (loosely && (a ?? null) === (b ?? null)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => deepEqual(item, b[i]));
  if (!isJson(a) || !isJson(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && deepEqual(a[key], b[key]))
  );
}

/** A key under which equal nodes meet, so that distinct and union need not compare everything with everything. */
export function identityOf(node: PathNode): string {
  return typeof node.value === 'object'
    ? JSON.stringify([ordered(node.value), node.extra])
    : `${typeof node.value}:${String(node.value)}`;
}

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (!isJson(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, ordered(value[key])]),
  );
}
