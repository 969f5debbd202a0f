// What surrounds an expression while it runs.
import type { ToCommonUnit } from './equality.ts';
import type { PathNode } from './node.ts';

export interface PathContext {
  /** Where the path begins, and its type when it is not a whole resource. */
  readonly focus: unknown;
  readonly focusType?: string;
  /** %resource: the resource (perhaps contained) that the focus is in. */
  readonly resource: unknown;
  /** %rootResource: the resource that contains `resource`; the same by default. */
  readonly root?: unknown;
  /** Judges narrative for htmlChecks(); without it every narrative passes. */
  readonly isSafeHtml?: (div: string) => boolean;
  readonly toCommonUnit?: ToCommonUnit;
}

/** The running state: PathContext with nodes, and what iteration binds. */
export interface Env {
  readonly resource: PathNode;
  readonly root: PathNode;
  readonly context: PathNode;
  readonly self: PathNode | undefined;
  readonly position: number;
  readonly isSafeHtml: (div: string) => boolean;
  readonly units: ToCommonUnit;
  /** Set when dates of different precision or unrelated units could not be compared. */
  readonly doubts: { count: number };
}

export type Nodes = readonly PathNode[];
/** A compiled expression: from the focus to what it yields. */
export type Step = (env: Env, focus: Nodes) => Nodes;

export const NONE: Nodes = [];
const TRUE: Nodes = [{ value: true, type: 'System.Boolean' }];
const FALSE: Nodes = [{ value: false, type: 'System.Boolean' }];

export const truth = (value: boolean | undefined): Nodes => (value === undefined ? NONE : value ? TRUE : FALSE);
export const textNode = (value: string): PathNode => ({ value, type: 'System.String' });
export const numberNode = (value: number): PathNode => ({
  value,
  type: Number.isInteger(value) ? 'System.Integer' : 'System.Decimal',
});

/** A collection as a condition: empty stays open, one boolean is itself, any other single value is true. */
export function asBoolean(nodes: Nodes): boolean | undefined {
  if (nodes.length === 0) return undefined;
  const value = nodes[0]?.value;
  if (nodes.length === 1 && typeof value === 'boolean') return value;
  return true;
}

/** The one string in a collection. */
export function asText(nodes: Nodes): string | undefined {
  const value = nodes.length === 1 ? nodes[0]?.value : undefined;
  return typeof value === 'string' ? value : undefined;
}

export function asNumber(nodes: Nodes): number | undefined {
  const value = nodes.length === 1 ? nodes[0]?.value : undefined;
  return typeof value === 'number' ? value : undefined;
}
