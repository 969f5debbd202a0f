// SMART scopes as rights: https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html (v2, and v1's words).
import { LRUCache } from 'lru-cache';

/** The FHIR interactions that a right covers; vread and history count as read. */
export type Interaction = 'create' | 'read' | 'update' | 'delete' | 'search';
export type Context = 'system' | 'user' | 'patient';

/** One SMART scope, taken apart. */
export interface Grant {
  readonly context: Context;
  /** A resource type, or '*'. */
  readonly type: string;
  /** Some of c, r, u, d, s. */
  readonly letters: string;
  /** The search restriction behind '?', null when there is none. */
  readonly query: string | null;
}

const LETTER: Readonly<Record<Interaction, string>> = {
  create: 'c',
  read: 'r',
  update: 'u',
  delete: 'd',
  search: 's',
};
const VERSION_1: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' };
const SHAPE = /^(system|user|patient)\/([A-Z][A-Za-z]{1,63}|\*)\.(read|write|\*|c?r?u?d?s?)(?:\?([!-~]{1,500}))?$/;

/** The letter that SMART v2 gives an interaction. */
export const letterOf = (interaction: Interaction): string => LETTER[interaction];

// A scope string is seen with every request of its token; parsing it again each time would cost more than deciding.
const PARSED = new LRUCache<string, Grant | false>({ max: 10_000 });

/** The right a scope gives, or null when it is no resource scope at all. */
export function parseScope(scope: string): Grant | null {
  const known = PARSED.get(scope);
  if (known !== undefined) return known === false ? null : known;
  const parsed = parseAnew(scope);
  PARSED.set(scope, parsed ?? false);
  return parsed;
}

function parseAnew(scope: string): Grant | null {
  const [, context, type, rights, query] = SHAPE.exec(scope) ?? [];
  if (context === undefined || type === undefined || !rights) return null;
  return { context: context as Context, type, letters: VERSION_1[rights] ?? rights, query: query ?? null };
}

/**
 * Whether registered scopes allow a requested one: each of its letters must be covered by one of them.
 * A request restricted by a query is narrower than the same scope without, never the other way round.
 */
export function scopeIsAllowed(registered: readonly string[], requested: string): boolean {
  const wanted = parseScope(requested);
  if (wanted === null) return permissionIsAllowed(registered, requested);
  return [...wanted.letters].every((letter) =>
    registered.some((candidate) => {
      const grant = parseScope(candidate);
      return (
        grant !== null &&
        grant.context === wanted.context &&
        (grant.type === '*' || grant.type === wanted.type) &&
        (grant.query === null || grant.query === wanted.query) &&
        grant.letters.includes(letter)
      );
    }),
  );
}

const PERMISSION = /^polyclinic:([a-z][a-z-]*|\*):(read|write|\*)$/;

/** Whether any of the `polyclinic:<resource>:<read|write|*>` permissions held covers the wanted one. */
export function permissionIsAllowed(held: readonly string[], wanted: string): boolean {
  const [, resource, right] = PERMISSION.exec(wanted) ?? [];
  if (resource === undefined) return false;
  return held.some((candidate) => {
    const [, heldResource, heldRight] = PERMISSION.exec(candidate) ?? [];
    return (heldResource === '*' || heldResource === resource) && (heldRight === '*' || heldRight === right);
  });
}
