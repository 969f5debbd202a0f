// What date parameters draw from each type: always one span. Spec: http://hl7.org/fhir/R4/search.html#date
import { dateSpan } from '../date-span.ts';
import type { Sink } from '../draw.ts';
import type { Gathered } from '../gathered.ts';
import type { ParameterNumber } from '../index-entries.ts';
import { fieldsOf, listOf } from './fields.ts';

export interface Span {
  readonly low: string;
  readonly high: string;
}

/** The span of one value; undefined where it says nothing about time. */
export function spanOf(type: string, value: unknown): Span | undefined {
  if (type === 'date' || type === 'dateTime' || type === 'instant')
    return typeof value === 'string' ? dateSpan(value) : undefined;
  if (type === 'Period') return period(value);
  return type === 'Timing' ? timing(value) : undefined;
}

/** An absent end is open. */
function period(value: unknown): Span | undefined {
  const { start, end } = fieldsOf(value);
  const from = typeof start === 'string' ? dateSpan(start) : undefined;
  const to = typeof end === 'string' ? dateSpan(end) : undefined;
  if (from === undefined && to === undefined) return undefined;
  return { low: from?.low ?? '-infinity', high: to?.high ?? 'infinity' };
}

/** From the first to the last moment that events or bounds name. */
function timing(value: unknown): Span | undefined {
  const { event, repeat } = fieldsOf(value);
  let span = period(fieldsOf(repeat)['boundsPeriod']);
  for (const moment of listOf(event)) {
    const one = typeof moment === 'string' ? dateSpan(moment) : undefined;
    if (one !== undefined) span = span === undefined ? one : union(span, one);
  }
  return span;
}

/** Texts of this form sort as the moments they stand for: '-' before digits, digits before 'infinity'. */
function union(a: Span, b: Span): Span {
  return { low: a.low < b.low ? a.low : b.low, high: a.high > b.high ? a.high : b.high };
}

const TYPES = new Set(['date', 'dateTime', 'instant', 'Period', 'Timing']);

export function dateSink(type: string, parameter: ParameterNumber): Sink<Gathered> | null {
  if (!TYPES.has(type)) return null;
  return (value, into) => {
    const span = spanOf(type, value);
    if (span !== undefined) into.dates.push({ parameter, low: span.low, high: span.high });
  };
}

/** The parameter whose date orders results has its own columns: the union of its values. */
export function hotDateSink(type: string): Sink<Gathered> | null {
  if (!TYPES.has(type)) return null;
  return (value, into) => {
    const span = spanOf(type, value);
    if (span === undefined) return;
    if (into.low === '' || span.low < into.low) into.low = span.low;
    if (into.high === '' || span.high > into.high) into.high = span.high;
  };
}
