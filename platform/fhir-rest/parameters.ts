// The parameters of a request: from the URL, and from the body of a form that was posted.
import { refuse } from '@polyclinic/kit';
import type { FhirRequest } from './exchange.ts';
import { checkContentType } from './negotiate.ts';

const FORM = 'application/x-www-form-urlencoded';

/** The query string that counts: the URL's, joined by a posted form's. @throws Refusal 415 where the body is no form */
export function searchString(request: FhirRequest): string {
  if (request.method !== 'POST' || request.body === '') return request.query;
  const format = checkContentType(request.headers['content-type'], [FORM]);
  if (format !== FORM) throw refuse('not-supported', `a posted search is ${FORM}`, { status: 415 });
  return request.query === '' ? request.body : `${request.query}&${request.body}`;
}

/** One parameter of a query string; null when it is absent. */
export function parameter(query: string, name: string): string | null {
  return query.includes(name) ? new URLSearchParams(query).get(name) : null;
}

/** A query string with parameters set (or, by null, left out). */
export function withParameters(query: string, changes: Readonly<Record<string, string | null>>): string {
  const parameters = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes))
    if (value === null) parameters.delete(name);
    else parameters.set(name, value);
  return parameters.toString();
}

/** `name=value&...` with only what must be escaped escaped: `system|code` and commas stay readable. */
export function queryString(parameters: readonly (readonly [name: string, value: string])[]): string {
  const escaped = (text: string) =>
    encodeURIComponent(text).replace(/%(2C|3A|24|2F)/gi, (sign) => decodeURIComponent(sign));
  return parameters.map(([name, value]) => `${escaped(name)}=${escaped(value)}`).join('&');
}
