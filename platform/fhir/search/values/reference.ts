// What reference parameters draw from each type. Spec: http://hl7.org/fhir/R4/search.html#reference
import type { Sink } from '../draw.ts';
import type { Gathered } from '../gathered.ts';
import type { ParameterNumber } from '../index-entries.ts';
import { fieldsOf, textOf } from './fields.ts';

/** The number of a resource type; undefined for what is none. */
export type TypeNumber = (type: string) => number | undefined;

const RELATIVE = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

export interface Target {
  readonly type: number;
  readonly id: string;
}

/** `Type/id`, versioned or not, as a target here; anything else as a URL elsewhere (type 0); undefined for '#contained'. */
export function targetOf(reference: string, typeNumber: TypeNumber): Target | undefined {
  if (reference === '' || reference.startsWith('#')) return undefined;
  const found = RELATIVE.exec(reference);
  const type = found === null ? undefined : typeNumber(found[1] as string);
  return type === undefined ? { type: 0, id: reference } : { type, id: found?.[2] as string };
}

const CANONICALS = new Set(['canonical', 'uri', 'url']);

export function referenceSink(type: string, parameter: ParameterNumber, typeNumber: TypeNumber): Sink<Gathered> | null {
  const put = (into: Gathered, targetType: number, targetId: string): void => {
    into.references.push({ parameter, targetType, targetId });
  };
  if (CANONICALS.has(type))
    return (value, into) => {
      if (typeof value !== 'string' || value === '' || value.startsWith('#')) return;
      put(into, 0, value);
      // A canonical with a version is also found by its URL alone.
      const version = value.indexOf('|');
      if (version > 0) put(into, 0, value.slice(0, version));
    };
  // A document's Composition and a message's MessageHeader stand in the Bundle itself.
  if (type === 'Resource')
    return (value, into) => {
      const { resourceType, id } = fieldsOf(value);
      const target = typeof resourceType === 'string' ? typeNumber(resourceType) : undefined;
      if (target !== undefined && typeof id === 'string') put(into, target, id);
    };
  if (type !== 'Reference') return null;
  return (value, into) => {
    const { reference, identifier } = fieldsOf(value);
    if (typeof reference === 'string') {
      const target = targetOf(reference, typeNumber);
      if (target !== undefined) put(into, target.type, target.id);
    }
    const fields = fieldsOf(identifier);
    if (typeof fields['value'] === 'string')
      into.identifiers.push({ parameter, system: textOf(fields['system']), value: fields['value'], types: [] });
  };
}
