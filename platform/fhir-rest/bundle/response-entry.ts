// The outcome of one entry of a batch or transaction: http://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.response
import type { FhirResponse } from '../exchange.ts';

const STATUS: Readonly<Record<number, string>> = {
  200: '200 OK',
  201: '201 Created',
  204: '204 No Content',
  304: '304 Not Modified',
};

/** A response as an entry: a resource where it holds one, else (or on failure) an outcome. */
export function responseEntry(base: string, { status, headers, body }: FhirResponse): string {
  const failed = status >= 400;
  const location = headers['location'];
  const isOutcome = body.startsWith('{"resourceType":"OperationOutcome"');
  const fullUrl =
    location === undefined || isOutcome || body === ''
      ? ''
      : `"fullUrl":${JSON.stringify(location.replace(/\/_history\/.*$/, ''))},`;
  const resource = body === '' || isOutcome ? '' : `"resource":${body},`;
  const outcome = body !== '' && (failed || isOutcome) ? `,"outcome":${body}` : '';
  const relative = location?.startsWith(`${base}/`) ? location.slice(base.length + 1) : location;
  const told =
    `"status":${JSON.stringify(STATUS[status] ?? String(status))}` +
    (relative === undefined ? '' : `,"location":${JSON.stringify(relative)}`) +
    (headers['etag'] === undefined ? '' : `,"etag":${JSON.stringify(headers['etag'])}`) +
    (headers['last-modified'] === undefined
      ? ''
      : `,"lastModified":"${new Date(headers['last-modified']).toISOString()}"`);
  return `{${fullUrl}${resource}"response":{${told}${outcome}}}`;
}
