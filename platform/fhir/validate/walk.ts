// What one validation carries along: where it is, what it found, what is left to judge at the end.
import type { Issue, IssueCode } from '@polyclinic/kit';
import type { Invariant } from '../definitions.ts';

export interface ValidateOptions {
  /** `Patient?identifier=…` may stand where a reference stands: only inside a transaction. */
  readonly conditionalReferences?: boolean;
  /** Also judge what only deserves a warning, as $validate does. */
  readonly warnings?: boolean;
}

/** An invariant to be judged once the structure is known to be sound. */
export interface PendingInvariant {
  readonly invariant: Invariant;
  readonly focus: unknown;
  readonly focusType: string;
  readonly scope: Scope;
  readonly path: readonly (string | number)[];
}

/** A resource and those it contains: local references (`#id`) live in here. */
export interface Scope {
  readonly root: Readonly<Record<string, unknown>>;
  /** What `root` contains, by id. */
  readonly contained: ReadonlyMap<unknown, Readonly<Record<string, unknown>>>;
  /** The resource the walk is in: `root`, or one it contains. */
  readonly resource: Readonly<Record<string, unknown>>;
  /** The ids after `#` that something in `root` or what it contains refers to. */
  readonly referred: Set<string>;
  /** The contained resources that refer to what contains them. */
  readonly pointsUp: Set<unknown>;
}

/** A response that lists more helps nobody, and hostile input must not make a large answer. */
const MOST_ISSUES = 50;

export interface Walk {
  readonly options: ValidateOptions;
  readonly issues: Issue[];
  readonly path: (string | number)[];
  readonly pending: PendingInvariant[];
  scope: Scope;
}

export function scopeOf(resource: Readonly<Record<string, unknown>>): Scope {
  return { root: resource, resource, contained: containedIn(resource), referred: new Set(), pointsUp: new Set() };
}

const NOTHING: Scope['contained'] = new Map();

function containedIn({ contained }: Readonly<Record<string, unknown>>): Scope['contained'] {
  if (!Array.isArray(contained)) return NOTHING;
  const found = new Map<unknown, Readonly<Record<string, unknown>>>();
  for (const resource of contained as readonly unknown[])
    if (typeof resource === 'object' && resource !== null && 'id' in resource)
      found.set(resource.id, resource as Readonly<Record<string, unknown>>);
  return found;
}

/** Notes an error at the walk's place, or at `name` below it. `message` speaks of the element, never of its value. */
export function report(walk: Walk, code: IssueCode, message: string, name?: string): void {
  addIssue(walk, 'error', code, message, name === undefined ? walk.path : [...walk.path, name]);
}

export function addIssue(
  walk: Walk,
  severity: 'error' | 'warning',
  code: IssueCode,
  message: string,
  path: readonly (string | number)[],
): void {
  if (walk.issues.length >= MOST_ISSUES) return;
  const expression = expressionOf(path);
  walk.issues.push({ severity, code, diagnostics: `${expression} ${message}`, expression: [expression] });
}

/** `Patient.contact[0].gender`. A name that is no element name could be anybody's data, so it is not repeated. */
function expressionOf(path: readonly (string | number)[]): string {
  let expression = '';
  for (const step of path) {
    if (typeof step === 'number') expression += `[${step}]`;
    else expression += (expression === '' ? '' : '.') + (/^_?[A-Za-z][A-Za-z0-9]{0,63}$/.test(step) ? step : '?');
  }
  return expression;
}
