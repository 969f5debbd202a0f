// FHIRPath's operators over evaluated operands; each leaves open (empty) what it cannot decide.
import { asBoolean, type Env, NONE, type Nodes, numberNode, textNode, truth } from './context.ts';
import { compare, equal, equalAll, equivalentAll, identityOf } from './equality.ts';
import type { PathNode } from './node.ts';
import type { Operator } from './syntax.ts';

type Apply = (env: Env, left: Nodes, right: Nodes) => Nodes;

const ordering =
  (holds: (order: number) => boolean): Apply =>
  (env, left, right) => {
    if (left.length === 0 || right.length === 0) return NONE;
    const order = compare(left[0] as PathNode, right[0] as PathNode, env.units);
    if (order === undefined) env.doubts.count++;
    return order === undefined ? NONE : truth(holds(order));
  };

const equals = (env: Env, left: Nodes, right: Nodes): boolean | undefined => {
  const same = equalAll(left, right, env.units);
  if (same === undefined && left.length > 0 && right.length > 0) env.doubts.count++;
  return same;
};

const arithmetic =
  (calculate: (a: number, b: number) => number | undefined): Apply =>
  (_env, left, right) => {
    const [a, b] = [left[0]?.value, right[0]?.value];
    const result = typeof a === 'number' && typeof b === 'number' ? calculate(a, b) : undefined;
    return result === undefined ? NONE : [numberNode(result)];
  };

const textOf = (nodes: Nodes): string => (nodes.length === 0 ? '' : String(nodes[0]?.value ?? ''));
const not = (value: boolean | undefined): boolean | undefined => (value === undefined ? undefined : !value);

/** Whether an item equal to `node` is among `nodes`. */
export function includes(env: Env, nodes: Nodes, node: PathNode): boolean {
  return nodes.some((other) => equal(other, node, env.units) === true);
}

/** Each value once, in order of first appearance. */
export function distinct(nodes: Nodes): Nodes {
  if (nodes.length < 2) return nodes;
  const seen = new Map<string, PathNode>();
  for (const node of nodes) {
    const key = identityOf(node);
    if (!seen.has(key)) seen.set(key, node);
  }
  return [...seen.values()];
}

const member: Apply = (env, item, collection) =>
  item.length === 0 ? NONE : truth(includes(env, collection, item[0] as PathNode));

export const OPERATORS: Readonly<Record<Exclude<Operator, 'and' | 'or' | 'implies'>, Apply>> = {
  '|': (_env, left, right) => distinct(right.length === 0 ? left : left.length === 0 ? right : [...left, ...right]),
  '&': (_env, left, right) => [textNode(textOf(left) + textOf(right))],
  '+': (_env, left, right) => {
    const [a, b] = [left[0]?.value, right[0]?.value];
    if (typeof a === 'string' && typeof b === 'string') return [textNode(a + b)];
    return typeof a === 'number' && typeof b === 'number' ? [numberNode(a + b)] : NONE;
  },
  '-': arithmetic((a, b) => a - b),
  '*': arithmetic((a, b) => a * b),
  '/': arithmetic((a, b) => (b === 0 ? undefined : a / b)),
  div: arithmetic((a, b) => (b === 0 ? undefined : Math.trunc(a / b))),
  mod: arithmetic((a, b) => (b === 0 ? undefined : a % b)),
  '=': (env, left, right) => truth(equals(env, left, right)),
  '!=': (env, left, right) => truth(not(equals(env, left, right))),
  '~': (env, left, right) => truth(equivalentAll(left, right, env.units)),
  '!~': (env, left, right) => truth(!equivalentAll(left, right, env.units)),
  '<': ordering((order) => order < 0),
  '>': ordering((order) => order > 0),
  '<=': ordering((order) => order <= 0),
  '>=': ordering((order) => order >= 0),
  in: member,
  contains: (env, collection, item) => member(env, item, collection),
  xor: (_env, left, right) => {
    const [a, b] = [asBoolean(left), asBoolean(right)];
    return a === undefined || b === undefined ? NONE : truth(a !== b);
  },
};

/** Three-valued and, or, implies: the right side runs only when the left leaves the answer open. */
export const LOGIC: Readonly<
  Record<'and' | 'or' | 'implies', (a: boolean | undefined, right: () => boolean | undefined) => boolean | undefined>
> = {
  and: (a, right) => {
    if (a === false) return false;
    const b = right();
    return b === false ? false : a === true && b === true ? true : undefined;
  },
  or: (a, right) => {
    if (a === true) return true;
    const b = right();
    return b === true ? true : a === false && b === false ? false : undefined;
  },
  implies: (a, right) => {
    if (a === false) return true;
    const b = right();
    return b === true ? true : a === true ? b : undefined;
  },
};
