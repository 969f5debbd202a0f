// Dates: prefix and precision. Spec: http://hl7.org/fhir/R4/search.html#date
import { dateSpan, isoMicros } from '../date-span.ts';
import type { DateValue, Prefix } from '../query.ts';
import type { ParseContext } from './context.ts';
import { badValue } from './refusals.ts';

const DATE = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)?(\d.*)$/;
// R4 leaves "approximately" to the server and suggests a tenth of the distance from now.
const APPROXIMATELY = 0.1;

/** `ge2020-03`, `2020-03-01T10:00:00+01:00`. */
export function dateValue(context: ParseContext, name: string, text: string): DateValue {
  const found = DATE.exec(text);
  // The '+' of a time zone that was not encoded arrives as a space.
  const span = found === null ? undefined : dateSpan((found[2] as string).replace(/ (\d\d:\d\d)$/, '+$1'));
  if (found === null || span === undefined) throw badValue(name, 'a date or instant, with a prefix if wanted');
  const prefix = (found[1] ?? 'eq') as Prefix;
  if (prefix !== 'ap') return { prefix, low: span.low, high: span.after };
  const margin = Math.abs(context.now().getTime() - span.lowMs) * APPROXIMATELY;
  return { prefix, low: isoMicros(span.lowMs - margin), high: isoMicros(span.afterMs + margin) };
}
