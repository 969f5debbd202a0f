// The span of time a date or instant stands for: 2026 is a year, 2026-03-02T10:00:00Z a second. http://hl7.org/fhir/R4/datatypes.html#dateTime
import { refuse } from '@polyclinic/kit';

const INSTANT = /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?)?)?$/;

/** [low, high) as instants in UTC; without a time zone UTC is meant. @throws Refusal 400 on anything else */
export function instantSpan(given: string, name: string): { readonly low: string; readonly high: string } {
  // A '+' that was not escaped reads as a space in a query string.
  const match = INSTANT.exec(given.replace(' ', '+'));
  if (match === null) throw wrong(name);
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  const time = `${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}${(fraction ?? '').slice(0, 4)}${zone ?? 'Z'}`;
  const low = new Date(`${year}-${month ?? '01'}-${day ?? '01'}T${time}`);
  if (Number.isNaN(low.getTime())) throw wrong(name);
  const high = new Date(low);
  if (month === undefined) high.setUTCFullYear(high.getUTCFullYear() + 1);
  else if (day === undefined) high.setUTCMonth(high.getUTCMonth() + 1);
  else if (hour === undefined) high.setUTCDate(high.getUTCDate() + 1);
  else high.setTime(low.getTime() + (second === undefined ? 60_000 : fraction === undefined ? 1_000 : 1));
  return { low: low.toISOString(), high: high.toISOString() };
}

const wrong = (name: string) =>
  refuse('value', `${name} must be a date or an instant`, { expression: name, status: 400 });
