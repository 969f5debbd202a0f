// Which representation is sent and taken: JSON only. http://hl7.org/fhir/R4/http.html#mime-type
import { refuse } from '@polyclinic/kit';

export const FHIR_JSON = 'application/fhir+json; charset=utf-8';

const JSON_FORMATS = new Set([
  'json',
  'application/json',
  'application/fhir+json',
  'text/json',
  'application/json+fhir',
]);
const JSON_RANGES = new Set([
  'application/fhir+json',
  'application/json',
  'application/json+fhir',
  'application/*',
  '*/*',
  'text/json',
]);
const JSON_BODIES = new Set(['application/fhir+json', 'application/json', 'application/json+fhir', 'text/json']);

/** @throws Refusal 406 when neither _format nor Accept allows JSON */
export function checkAcceptable(accept: string | undefined, format: string | null): void {
  if (format !== null && format !== '') {
    // A '+' that was not escaped reads as a space in a query string.
    const name = mediaType(format).replace(' ', '+');
    if (!JSON_FORMATS.has(name))
      throw refuse('not-supported', '_format asks for something other than JSON', { status: 406 });
    return;
  }
  if (accept === undefined || accept === '' || accept === '*/*' || accept === 'application/fhir+json') return;
  for (const range of accept.split(','))
    if (JSON_RANGES.has(mediaType(range)) && !/;\s*q=0(\.0{0,3})?\s*(;|$)/i.test(range)) return;
  throw refuse('not-supported', 'only application/fhir+json can be sent', { status: 406 });
}

/** @throws Refusal 415 unless the body is said to be JSON in UTF-8. `also` names further media types a method takes. */
export function checkContentType(contentType: string | undefined, also: readonly string[] = []): string {
  if (contentType === 'application/fhir+json') return contentType;
  if (contentType === undefined || contentType === '')
    throw refuse('not-supported', 'Content-Type is missing: send application/fhir+json', { status: 415 });
  const name = mediaType(contentType);
  if (!JSON_BODIES.has(name) && !also.includes(name))
    throw refuse('not-supported', 'this Content-Type is not taken: send application/fhir+json', { status: 415 });
  const charset = /;\s*charset\s*=\s*"?([^\s;"]+)/i.exec(contentType)?.[1]?.toLowerCase();
  if (charset !== undefined && charset !== 'utf-8' && charset !== 'utf8')
    throw refuse('not-supported', 'only UTF-8 is taken', { status: 415 });
  return name;
}

/** `Application/JSON; q=1` as `application/json`. */
function mediaType(value: string): string {
  const end = value.indexOf(';');
  return (end === -1 ? value : value.slice(0, end)).trim().toLowerCase();
}
