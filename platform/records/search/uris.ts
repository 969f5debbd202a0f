// uri parameters: the whole URI, or for URLs the paths :above and :below it. http://hl7.org/fhir/R4/search.html#uri
import type { Of, Source } from './criterion.ts';
import { afterAllStartingWith, indexedPart } from './prefix.ts';
import type { Place, Scope } from './scope.ts';
import { hasValue, idsWithValues } from './side-table.ts';

/** A URL and every path it lies under, with and without the closing slash: what :above may match. */
export function pathsAbove(uri: string): readonly string[] {
  const paths = [uri];
  const scheme = /^[a-z][a-z0-9+.-]*:\/\/[^/]*/i.exec(uri);
  if (scheme === null) return paths;
  for (let end = uri.lastIndexOf('/'); end >= scheme[0].length; end = uri.lastIndexOf('/', end - 1))
    paths.push(uri.slice(0, end), uri.slice(0, end + 1));
  return [...new Set(paths)];
}

/** The searched values unnested under `each`, and the condition on a row of string_value against one. */
function compared(scope: Scope, criterion: Of<'uri'>): { values: string; found: (v: string) => string } {
  const { binder } = scope;
  const each = scope.alias('e');
  const start = (v: string) => `left(${v}.value, 200)`;
  const list = (values: readonly (string | null)[]) => binder.bind(values, 'text[]');
  if (criterion.match === 'below') {
    const under = criterion.values.map((uri) => (uri.endsWith('/') ? uri : `${uri}/`));
    const wholes = [...criterion.values, ...under];
    const lows = wholes.map(indexedPart);
    const ends = lows.map(afterAllStartingWith);
    // A URL itself is matched as a whole, what lies under it by its start.
    const itself = wholes.map((_, at) => at < criterion.values.length);
    return {
      values: `unnest(${list(lows)}, ${list(ends)}, ${list(wholes)}, ${binder.bind(itself, 'bool[]')}) ${each}(low, high, whole, itself)`,
      found: (v) =>
        `${start(v)} >= ${each}.low and ${start(v)} < ${each}.high and case when ${each}.itself then ${v}.value = ${each}.whole else starts_with(${v}.value, ${each}.whole) end`,
    };
  }
  const wholes = criterion.match === 'above' ? criterion.values.flatMap(pathsAbove) : criterion.values;
  return {
    values: `unnest(${list(wholes.map(indexedPart))}, ${list(wholes)}) ${each}(start, whole)`,
    found: (v) => `${start(v)} = ${each}.start and ${v}.value = ${each}.whole`,
  };
}

export function uriFilter(scope: Scope, place: Place, alias: string, criterion: Of<'uri'>): string {
  const { values, found } = compared(scope, criterion);
  const any = (v: string) => `exists (select from ${values} where ${found(v)})`;
  const has = hasValue(scope, place, alias, 'string_value', criterion.parameter.numbers, any);
  return criterion.not ? `not ${has}` : has;
}

export function uriSource(scope: Scope, place: Place, criterion: Of<'uri'>): Source {
  const { values, found } = compared(scope, criterion);
  const sql = idsWithValues(scope, place, 'string_value', criterion.parameter.numbers, values, found);
  return { sql, exact: true };
}
