// A statement on its way to PostgreSQL: values are always bound, and text that comes again is prepared under a name.
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';

export interface Statement {
  /** Prepared under this name on the connection; absent for a shape that is seen too rarely. */
  readonly name?: string;
  readonly text: string;
  readonly values: readonly unknown[];
}

/** Collects bound values while text is written: `bind` gives the placeholder that stands for the value. */
export interface Binder {
  bind(value: unknown, cast: string): string;
  readonly values: unknown[];
}

export function createBinder(): Binder {
  const values: unknown[] = [];
  return {
    values,
    bind(value, cast) {
      values.push(value);
      return `$${values.length}::${cast}`;
    },
  };
}

export type Prepare = (text: string, values: readonly unknown[]) => Statement;

// A prepared statement lives in every connection until that closes, some 250 KB each, so only shapes that come again get a
// name and there is a last name; whatever comes after that is planned each time.
const NAMES = 120;
const SIGHTINGS_BEFORE_NAMING = 3;
const SHAPES_WATCHED = 2_000;

/** Names the shapes that come again, each by its text, so that whoever shares a connection never means another statement. */
export function createPreparer(prefix: string): Prepare {
  const names = new Map<string, string>();
  const sightings = new LRUCache<string, number>({ max: SHAPES_WATCHED });
  return (text, values) => {
    const known = names.get(text);
    if (known !== undefined) return { name: known, text, values };
    const seen = (sightings.get(text) ?? 0) + 1;
    if (seen < SIGHTINGS_BEFORE_NAMING || names.size >= NAMES) {
      sightings.set(text, seen);
      return { text, values };
    }
    sightings.delete(text);
    const name = `${prefix}${hash('sha1', text, 'base64url')}`;
    names.set(text, name);
    return { name, text, values };
  };
}
