// What string and uri parameters draw from each type. Spec: http://hl7.org/fhir/R4/search.html#string
import type { Sink } from '../draw.ts';
import type { Gathered } from '../gathered.ts';
import type { ParameterNumber } from '../index-entries.ts';
import { normalise } from '../normalise.ts';
import { fieldsOf, listOf } from './fields.ts';

const PARTS: Readonly<Record<string, readonly string[]>> = {
  HumanName: ['text', 'family', 'given', 'prefix', 'suffix'],
  Address: ['text', 'line', 'city', 'district', 'state', 'postalCode', 'country'],
};
const PRIMITIVES = new Set(['string', 'markdown', 'code', 'id', 'uri', 'url', 'canonical']);

/** The sink for values of `type`; a name or address gives one entry per part. */
export function stringSink(type: string, parameter: ParameterNumber): Sink<Gathered> | null {
  const put = (into: Gathered, exact: unknown): void => {
    if (typeof exact !== 'string') return;
    const value = normalise(exact);
    if (value !== '') into.strings.push({ parameter, value, exact });
  };
  const parts = PARTS[type];
  if (parts !== undefined)
    return (value, into) => {
      const fields = fieldsOf(value);
      for (const part of parts) {
        const found = fields[part];
        if (typeof found === 'string') put(into, found);
        else for (const item of listOf(found)) put(into, item);
      }
    };
  return PRIMITIVES.has(type) ? (value, into) => put(into, value) : null;
}

const URIS = new Set(['uri', 'url', 'canonical', 'oid', 'uuid', 'string', 'code', 'id']);

/** URIs are compared as they stand. */
export function uriSink(type: string, parameter: ParameterNumber): Sink<Gathered> | null {
  if (!URIS.has(type)) return null;
  return (value, into) => {
    if (typeof value === 'string' && value !== '') into.strings.push({ parameter, value, exact: value });
  };
}
