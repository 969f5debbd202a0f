// FHIRPath's functions that take evaluated nodes. Those that take expressions (where, all, ...) are in iteration.ts.
// Spec: http://hl7.org/fhirpath/N1/#functions and http://hl7.org/fhir/R4/fhirpath.html#functions
import { asNumber, asText, type Env, NONE, type Nodes, numberNode, textNode, truth } from './context.ts';
import type { PathModel } from './model.ts';
import { allChildren, isJson, type PathNode } from './node.ts';
import { distinct, includes } from './operators.ts';
import { resolveReference } from './resolve.ts';

/** `args` are evaluated against the focus of the call. */
export type Apply = (env: Env, focus: Nodes, args: readonly Nodes[]) => Nodes;

const text =
  (apply: (value: string, argument: string, second: string) => Nodes): Apply =>
  (_env, focus, args) => {
    const value = asText(focus);
    const given = args.map(asText);
    return value === undefined || given.some((g) => g === undefined)
      ? NONE
      : apply(value, given[0] ?? '', given[1] ?? '');
  };

const every =
  (wanted: boolean): Apply =>
  (_env, focus) =>
    truth(focus.every(({ value }) => value === wanted));
const some =
  (wanted: boolean): Apply =>
  (_env, focus) =>
    truth(focus.some(({ value }) => value === wanted));
const patterns = new Map<string, RegExp>();
const MAX_PATTERNS = 500;

/** Patterns come from definitions, so they are few; the bound is for those that come from data. */
function pattern(source: string): RegExp {
  const known = patterns.get(source);
  if (known !== undefined) return known;
  const made = new RegExp(source, 's');
  if (patterns.size < MAX_PATTERNS) patterns.set(source, made);
  return made;
}

function hasValue(focus: Nodes): boolean {
  const value = focus.length === 1 ? focus[0]?.value : undefined;
  return value !== undefined && typeof value !== 'object';
}

function toInteger(focus: Nodes): Nodes {
  const value = focus.length === 1 ? focus[0]?.value : undefined;
  if (typeof value === 'boolean') return [numberNode(value ? 1 : 0)];
  if (typeof value === 'number' && Number.isInteger(value)) return [numberNode(value)];
  return typeof value === 'string' && /^[+-]?\d+$/.test(value) ? [numberNode(Number(value))] : NONE;
}

function extensions(focus: Nodes, url: string): Nodes {
  const found: PathNode[] = [];
  for (const node of focus) {
    const from = isJson(node.value) ? node.value : isJson(node.extra) ? node.extra : {};
    const list: unknown = from['extension'];
    if (Array.isArray(list))
      for (const value of list) if (isJson(value) && value['url'] === url) found.push({ value, type: 'Extension' });
  }
  return found;
}

export function functions(
  model: PathModel,
): Readonly<Record<string, { readonly arity: readonly number[]; readonly apply: Apply }>> {
  const children = (nodes: Nodes): PathNode[] => {
    const into: PathNode[] = [];
    for (const node of nodes) allChildren(model, node, into);
    return into;
  };
  const descendants = (focus: Nodes): Nodes => {
    const all: PathNode[] = [];
    for (let level = children(focus); level.length > 0; level = children(level))
      for (const node of level) all.push(node);
    return all;
  };
  const fn = (arity: number | readonly number[], apply: Apply) => ({
    arity: typeof arity === 'number' ? [arity] : arity,
    apply,
  });
  return {
    empty: fn(0, (_env, focus) => truth(focus.length === 0)),
    not: fn(0, (_env, focus) =>
      focus.length === 1 && focus[0]?.value !== undefined ? truth(focus[0].value === false) : NONE,
    ),
    count: fn(0, (_env, focus) => [numberNode(focus.length)]),
    first: fn(0, (_env, focus) => focus.slice(0, 1)),
    last: fn(0, (_env, focus) => focus.slice(-1)),
    tail: fn(0, (_env, focus) => focus.slice(1)),
    single: fn(0, (_env, focus) => (focus.length > 1 ? NONE : focus)),
    skip: fn(1, (_env, focus, [n]) => focus.slice(Math.max(0, asNumber(n ?? NONE) ?? 0))),
    take: fn(1, (_env, focus, [n]) => focus.slice(0, Math.max(0, asNumber(n ?? NONE) ?? 0))),
    distinct: fn(0, (_env, focus) => distinct(focus)),
    isDistinct: fn(0, (_env, focus) => truth(distinct(focus).length === focus.length)),
    union: fn(1, (_env, focus, [other]) => distinct([...focus, ...(other ?? NONE)])),
    combine: fn(1, (_env, focus, [other]) => [...focus, ...(other ?? NONE)]),
    intersect: fn(1, (env, focus, [other]) => distinct(focus).filter((node) => includes(env, other ?? NONE, node))),
    exclude: fn(1, (env, focus, [other]) => focus.filter((node) => !includes(env, other ?? NONE, node))),
    subsetOf: fn(1, (env, focus, [other]) => truth(focus.every((node) => includes(env, other ?? NONE, node)))),
    supersetOf: fn(1, (env, focus, [other]) => truth((other ?? NONE).every((node) => includes(env, focus, node)))),
    allTrue: fn(0, every(true)),
    allFalse: fn(0, every(false)),
    anyTrue: fn(0, some(true)),
    anyFalse: fn(0, some(false)),
    children: fn(0, (_env, focus) => children(focus)),
    descendants: fn(0, (_env, focus) => descendants(focus)),
    hasValue: fn(0, (_env, focus) => truth(hasValue(focus))),
    extension: fn(1, (_env, focus, [url]) => extensions(focus, asText(url ?? NONE) ?? '')),
    resolve: fn(0, (env, focus) =>
      focus.map((node) => resolveReference(node, env.root)).filter((node) => node !== undefined),
    ),
    htmlChecks: fn(0, (env, focus) =>
      truth(focus.every(({ value }) => typeof value !== 'string' || env.isSafeHtml(value))),
    ),
    trace: fn([1, 2], (_env, focus) => focus),
    startsWith: fn(
      1,
      text((value, argument) => truth(value.startsWith(argument))),
    ),
    endsWith: fn(
      1,
      text((value, argument) => truth(value.endsWith(argument))),
    ),
    contains: fn(
      1,
      text((value, argument) => truth(value.includes(argument))),
    ),
    matches: fn(
      1,
      text((value, argument) => truth(pattern(argument).test(value))),
    ),
    replaceMatches: fn(
      2,
      text((value, from, to) => [textNode(value.replace(new RegExp(pattern(from), 'gs'), to))]),
    ),
    replace: fn(
      2,
      text((value, from, to) => [textNode(value.replaceAll(from, to))]),
    ),
    indexOf: fn(
      1,
      text((value, argument) => [numberNode(value.indexOf(argument))]),
    ),
    length: fn(
      0,
      text((value) => [numberNode(value.length)]),
    ),
    upper: fn(
      0,
      text((value) => [textNode(value.toUpperCase())]),
    ),
    lower: fn(
      0,
      text((value) => [textNode(value.toLowerCase())]),
    ),
    trim: fn(
      0,
      text((value) => [textNode(value.trim())]),
    ),
    toChars: fn(
      0,
      text((value) => [...value].map(textNode)),
    ),
    split: fn(
      1,
      text((value, argument) => value.split(argument).map(textNode)),
    ),
    join: fn([0, 1], (_env, focus, [by]) => [
      textNode(focus.map(({ value }) => String(value ?? '')).join(asText(by ?? NONE) ?? '')),
    ]),
    substring: fn([1, 2], (_env, focus, [start, length]) => {
      const value = asText(focus);
      const from = asNumber(start ?? NONE);
      if (value === undefined || from === undefined || from < 0 || from >= value.length) return NONE;
      const many = length === undefined ? undefined : asNumber(length);
      return [textNode(value.slice(from, many === undefined ? undefined : from + Math.max(0, many)))];
    }),
    toInteger: fn(0, (_env, focus) => toInteger(focus)),
    toDecimal: fn(0, (_env, focus) => {
      const value = focus.length === 1 ? focus[0]?.value : undefined;
      if (typeof value === 'number') return [{ value, type: 'System.Decimal' }];
      return typeof value === 'string' && /^[+-]?\d+(\.\d+)?$/.test(value)
        ? [{ value: Number(value), type: 'System.Decimal' }]
        : NONE;
    }),
    toString: fn(0, (_env, focus) => {
      const value = focus.length === 1 ? focus[0]?.value : undefined;
      return value === undefined || typeof value === 'object' ? NONE : [textNode(String(value))];
    }),
  };
}
