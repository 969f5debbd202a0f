// Instants as PostgreSQL prints them and as FHIR writes them.

/** `2026-11-21 08:15:00.12+00` (a timestamptz as text, time zone UTC) as `2026-11-21T08:15:00.120Z`. */
export function instantOf(text: string): string {
  // The fraction is printed without its trailing zeros, or not at all.
  const fraction = text.charCodeAt(19) === 46 ? text.slice(20, text.indexOf('+', 20)) : '';
  return `${text.slice(0, 10)}T${text.slice(11, 19)}.${fraction.slice(0, 3).padEnd(3, '0')}Z`;
}
