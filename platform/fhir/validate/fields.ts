// One property of an object, compiled: single or repeating, primitive or not. Spec: http://hl7.org/fhir/R4/json.html
import type { ElementShape } from '../definitions.ts';
import { type BindingCheck, compileBinding } from './bindings.ts';
import { leave } from './invariants.ts';
import { isSafeNarrative } from './narrative.ts';
import { NATIVE_KEYS } from './native-rules.ts';
import { type Primitive, primitiveOf } from './primitives.ts';
import { checkReference } from './references.ts';
import { report, type Walk } from './walk.ts';

export type Fields = Readonly<Record<string, unknown>>;
/** Judges one value; the walk stands on it. */
export type Check = (walk: Walk, value: unknown) => void;
/** Judges a property; the walk stands on it, `owner` is the object that has it. */
export type FieldCheck = (walk: Walk, value: unknown, owner: Fields) => void;

/** Finds the check of a complex type when it is first needed, so that only what is used gets compiled. */
export type Checks = (type: string) => Check;

export function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Compiles the JSON property of an element of one type, and of its `_name` sibling where the type is primitive. */
export function compileField(
  property: string,
  type: string,
  shape: ElementShape,
  checks: Checks,
): { readonly field: FieldCheck; readonly sibling: FieldCheck | null } {
  const repeats = shape.max === '*';
  const primitive = primitiveOf(type);
  const binding = compileBinding(shape.binding, type);
  const judge = withInvariants(
    primitive === undefined ? compileComplex(type, shape, binding, checks) : compilePrimitive(type, primitive, binding),
    type,
    shape,
  );
  if (primitive === undefined) return { field: repeats ? repeating(judge) : judge, sibling: null };
  const element = compileSibling(checks);
  return repeats
    ? { field: repeatingPrimitive(property, judge), sibling: repeatingSibling(property, element) }
    : { field: judge, sibling: (walk, value, owner) => element(walk, value, owner[property] !== undefined) };
}

function compilePrimitive(type: string, primitive: Primitive, binding: BindingCheck | null): Check {
  const complaint = `must be ${primitive.expected}.`;
  const mayPoint = type === 'uri' || type === 'url' || type === 'canonical';
  return (walk, value) => {
    if (!primitive.holds(value)) {
      if (Array.isArray(value)) report(walk, 'structure', 'must be a single value, not an array.');
      else report(walk, typeof value === 'object' ? 'structure' : 'value', complaint);
      return;
    }
    if (binding !== null) binding(walk, value);
    if (mayPoint && typeof value === 'string' && value.charCodeAt(0) === 35) noteLocal(walk, value);
    if (type === 'xhtml' && !isSafeNarrative(value as string))
      report(walk, 'invariant', 'must be one div of plain XHTML formatting with some content (txt-1, txt-2).');
  };
}

function compileComplex(type: string, shape: ElementShape, binding: BindingCheck | null, checks: Checks): Check {
  let check: Check | undefined;
  const targets = shape.targets === undefined ? null : new Set(shape.targets);
  return (walk, value) => {
    check ??= checks(type);
    check(walk, value);
    if (!isRecord(value)) return;
    if (binding !== null) binding(walk, value);
    if (type === 'Reference') {
      checkReference(walk, value, targets);
      const { reference } = value;
      if (typeof reference === 'string' && reference.charCodeAt(0) === 35) noteLocal(walk, reference);
    }
    if (shape.profile === 'SimpleQuantity' && value['comparator'] !== undefined)
      report(walk, 'invariant', 'takes no comparator (sqty-1).', 'comparator');
  };
}

/** Remembers that something refers to `#id`, which is what contained resources live by. */
function noteLocal({ scope }: Walk, reference: string): void {
  if (reference.length > 1) scope.referred.add(reference.slice(1));
  else scope.pointsUp.add(scope.resource);
}

function withInvariants(check: Check, type: string, shape: ElementShape): Check {
  const invariants = (shape.invariants ?? []).filter(({ key }) => !NATIVE_KEYS.has(key));
  if (invariants.length === 0) return check;
  return (walk, value) => {
    check(walk, value);
    leave(walk, invariants, value, type);
  };
}

function isFilledArray(walk: Walk, value: unknown): value is readonly unknown[] {
  if (Array.isArray(value) && value.length > 0) return true;
  report(walk, 'structure', Array.isArray(value) ? 'must not be an empty array.' : 'must be an array.');
  return false;
}

function repeating(judge: Check): FieldCheck {
  return (walk, value) => {
    if (!isFilledArray(walk, value)) return;
    for (let i = 0; i < value.length; i += 1) {
      walk.path.push(i);
      judge(walk, value[i]);
      walk.path.pop();
    }
  };
}

/** A null holds the place of a value that has only extensions: http://hl7.org/fhir/R4/json.html#primitive */
function repeatingPrimitive(property: string, judge: Check): FieldCheck {
  const siblingName = `_${property}`;
  return (walk, value, owner) => {
    if (!isFilledArray(walk, value)) return;
    const sibling = owner[siblingName];
    const siblings = Array.isArray(sibling) ? sibling : undefined;
    for (let i = 0; i < value.length; i += 1) {
      if (value[i] === null && isRecord(siblings?.[i])) continue;
      walk.path.push(i);
      judge(walk, value[i]);
      walk.path.pop();
    }
  };
}

type SiblingCheck = (walk: Walk, value: unknown, hasValue: boolean) => void;

/** What stands in `_birthDate`: an id, extensions, or both; extensions at least where there is no value. */
function compileSibling(checks: Checks): SiblingCheck {
  return (walk, value, hasValue) => {
    if (hasValue && isRecord(value) && Object.keys(value).length === 1 && typeof value['id'] === 'string') return;
    checks('Element')(walk, value);
  };
}

function repeatingSibling(property: string, element: SiblingCheck): FieldCheck {
  return (walk, value, owner) => {
    if (!isFilledArray(walk, value)) return;
    const values = owner[property];
    if (Array.isArray(values) && values.length !== value.length)
      report(walk, 'structure', `must be as long as the array of its values, with null where there is nothing.`);
    for (let i = 0; i < value.length; i += 1) {
      const hasValue = Array.isArray(values) && values[i] !== undefined && values[i] !== null;
      if (value[i] === null && hasValue) continue;
      walk.path.push(i);
      element(walk, value[i], hasValue);
      walk.path.pop();
    }
  };
}
