// string parameters: starts with, :contains and :exact. http://hl7.org/fhir/R4/search.html#string
import type { Of, Source } from './criterion.ts';
import { afterAllStartingWith, indexedPart, likeLiterally } from './prefix.ts';
import type { Place, Scope } from './scope.ts';
import { hasValue, idsWithValue, idsWithValues } from './side-table.ts';

/** Values as arrays under the alias `each`, and the condition on a row `v` of string_value against one of them. */
interface Compared {
  readonly values: string;
  /** The condition for a look-up through the index of values. */
  found(v: string): string;
}

const start = (v: string) => `left(${v}.value, 200)`;

function compared(scope: Scope, criterion: Of<'string'>): Compared {
  const { binder, model } = scope;
  const each = scope.alias('e');
  const list = (values: readonly (string | null)[]) => binder.bind(values, 'text[]');
  if (criterion.match === 'exact') {
    const starts = criterion.values.map((value) => indexedPart(model.normalise(value)));
    return {
      values: `unnest(${list(starts)}, ${list(criterion.values)}) ${each}(start, exact)`,
      found: (v) => `${start(v)} = ${each}.start and ${v}.exact = ${each}.exact`,
    };
  }
  if (criterion.match === 'contains') {
    const patterns = criterion.values.map((value) => `%${likeLiterally(model.normalise(value))}%`);
    return {
      values: `unnest(${list(patterns)}) ${each}(pattern)`,
      found: (v) => `${v}.value like ${each}.pattern`,
    };
  }
  const values = criterion.values.map((value) => model.normalise(value));
  const lows = values.map(indexedPart);
  const highs = lows.map(afterAllStartingWith);
  const range = (v: string) => `${start(v)} >= ${each}.low and ${start(v)} < ${each}.high`;
  // Only a searched text longer than what is indexed needs a look at the whole value.
  if (values.every((value, at) => value === lows[at]))
    return { values: `unnest(${list(lows)}, ${list(highs)}) ${each}(low, high)`, found: range };
  return {
    values: `unnest(${list(lows)}, ${list(highs)}, ${list(values)}) ${each}(low, high, whole)`,
    found: (v) => `${range(v)} and starts_with(${v}.value, ${each}.whole)`,
  };
}

/** One searched value, by far the most common case, needs no array. */
function single(scope: Scope, criterion: Of<'string'>): ((v: string) => string) | null {
  const [value, ...more] = criterion.values;
  if (value === undefined || more.length > 0) return null;
  const { binder, model } = scope;
  const normal = model.normalise(value);
  const low = indexedPart(normal);
  const high = afterAllStartingWith(low);
  if (criterion.match === 'contains') {
    const pattern = binder.bind(`%${likeLiterally(normal)}%`, 'text');
    return (v) => `${v}.value like ${pattern}`;
  }
  if (criterion.match === 'exact') {
    const begins = binder.bind(low, 'text');
    const exact = binder.bind(value, 'text');
    return (v) => `${start(v)} = ${begins} and ${v}.exact = ${exact}`;
  }
  if (low !== normal || high === null) return null;
  const from = binder.bind(low, 'text');
  const to = binder.bind(high, 'text');
  return (v) => `${start(v)} >= ${from} and ${start(v)} < ${to}`;
}

export function stringFilter(scope: Scope, place: Place, alias: string, criterion: Of<'string'>): string {
  const { numbers } = criterion.parameter;
  const one = single(scope, criterion);
  if (one !== null) return hasValue(scope, place, alias, 'string_value', numbers, one);
  const many = compared(scope, criterion);
  const any = (v: string) => `exists (select from ${many.values} where ${many.found(v)})`;
  return hasValue(scope, place, alias, 'string_value', numbers, any);
}

export function stringSource(scope: Scope, place: Place, criterion: Of<'string'>): Source {
  const { numbers } = criterion.parameter;
  // What is contained is found by trigrams, which have no order.
  const how = criterion.match === 'contains' ? 'by any index' : 'in order';
  const one = single(scope, criterion);
  if (one !== null) return { sql: idsWithValue(scope, place, 'string_value', numbers, one, how), exact: true };
  const { values, found } = compared(scope, criterion);
  return { sql: idsWithValues(scope, place, 'string_value', numbers, values, found, how), exact: true };
}
