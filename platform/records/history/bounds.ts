// Which versions a history asks for by time. http://hl7.org/fhir/R4/http.html#history
import type { Store } from '../stores.ts';
import type { HistoryQuery } from '../types.ts';

/** Bound at three placeholders in a row, the first of which is given to `bounds`. */
export const boundValues = ({ since, at }: HistoryQuery): readonly (string | null)[] => [
  since,
  at?.low ?? null,
  at?.high ?? null,
];

/** `_since`: made then or later. `_at`: current at some time within the span, so not yet replaced when it began. */
export function bounds(store: Store, l: string, first: `$${number}`): string {
  const at = Number(first.slice(1));
  const [since, low, high] = [`$${at}::timestamptz`, `$${at + 1}::timestamptz`, `$${at + 2}::timestamptz`];
  return `(${since} is null or ${l}.at >= ${since})
    and (${high} is null or ${l}.at < ${high})
    and (${low} is null or ${l}.at >= ${low} or not exists (
      select from ${store.schema}.log later
      where later.clinic = ${l}.clinic and later.type = ${l}.type and later.id = ${l}.id
        and later.version = ${l}.version + 1 and later.at <= ${low} offset 0))`;
}
