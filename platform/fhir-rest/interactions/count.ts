// `_count`: how many results a page has. http://hl7.org/fhir/R4/search.html#count
import { refuse } from '@polyclinic/kit';

const USUAL_COUNT = 50;
/** A page is held in memory as text: 1,000 versions of 10 KB are 10 MB. */
export const MOST_COUNT = 1_000;

export function countOf(given: string | null): number {
  if (given === null) return USUAL_COUNT;
  if (!/^\d{1,9}$/.test(given))
    throw refuse('value', '_count must be a whole number', { expression: '_count', status: 400 });
  return Math.min(Number(given), MOST_COUNT);
}
