// The parameters that shape the answer rather than the match. Spec: http://hl7.org/fhir/R4/search.html#return
import type { SearchQuery, Sort } from '../query.ts';
import type { ParseContext } from './context.ts';
import { badValue } from './refusals.ts';

/** Pages beyond this cost memory on both sides; more is asked for page by page. */
export const MAX_COUNT = 1_000;
/** What a page holds when nobody says. */
export const DEFAULT_COUNT = 20;
// Each key is a column of the cursor and of the order.
const MAX_SORT_KEYS = 5;
const MAX_ELEMENTS = 100;

/** `_count`, cut to the most a page can hold. */
export function parseCount(name: string, value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw badValue(name, 'a whole number, 0 or more');
  return Math.min(Number(value), MAX_COUNT);
}

/** One of a few words. */
export function parseWord<const W extends string>(name: string, value: string, words: readonly W[]): W {
  const word = words.find((one) => one === value);
  if (word === undefined) throw badValue(name, `one of ${words.join(', ')}`);
  return word;
}

export const TOTALS: readonly SearchQuery['total'][] = ['none', 'estimate', 'accurate'];
export const SUMMARIES: readonly SearchQuery['summary'][] = ['true', 'text', 'data', 'count', 'false'];

export function parseElements(name: string, value: string): string[] {
  const elements = value.split(',').filter((one) => one !== '');
  if (
    elements.length === 0 ||
    elements.length > MAX_ELEMENTS ||
    !elements.every((one) => /^[A-Za-z][A-Za-z0-9.]{0,99}$/.test(one))
  )
    throw badValue(name, `the names of at most ${MAX_ELEMENTS} elements`);
  return elements;
}

/** `-date,_id`; null when a key is no parameter of every searched type. */
export function parseSort(context: ParseContext, types: readonly string[], name: string, value: string): Sort[] | null {
  const keys = value.split(',').filter((one) => one !== '');
  if (keys.length === 0 || keys.length > MAX_SORT_KEYS) throw badValue(name, `one to ${MAX_SORT_KEYS} sort keys`);
  const sorts: Sort[] = [];
  for (const key of keys) {
    const descending = key.startsWith('-');
    const code = descending ? key.slice(1) : key;
    if (code === '_id' || code === '_lastUpdated') {
      sorts.push({ by: code, descending });
      continue;
    }
    const uses = types.map((type) => context.parametersFor(type).get(code)?.use);
    const [first] = uses;
    if (first === undefined || first.type === 'composite' || uses.some((use) => use?.type !== first.type)) return null;
    sorts.push({ by: first, descending });
  }
  return sorts;
}
