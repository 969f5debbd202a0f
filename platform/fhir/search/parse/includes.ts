// _include and _revinclude. Spec: http://hl7.org/fhir/R4/search.html#revinclude
import type { Include } from '../query.ts';
import type { ParseContext } from './context.ts';
import { badValue } from './refusals.ts';

/** The include that a value asks for; null when its type or parameter is not known. */
export function parseInclude(
  context: ParseContext,
  name: string,
  value: string,
  how: { readonly iterate: boolean; readonly reverse: boolean },
): Include | null {
  const parts = value.split(':');
  const [source = '', code = '', target = null] = parts;
  if (value === '*') return { source: '*', parameter: null, target: null, ...how };
  if (source === '' || code === '' || parts.length > 3 || target === '')
    throw badValue(name, 'Type:parameter, Type:parameter:Type or *');
  const known = (type: string): boolean => context.catalogue.typeNumber(type) !== undefined;
  if (!known(source) || (target !== null && !known(target))) return null;
  if (code === '*') return { source, parameter: null, target, ...how };
  const parameter = context.parametersFor(source).get(code)?.use;
  if (parameter?.type !== 'reference') return null;
  // `patient` shares its values with `subject`, so the only type it may lead to must be said.
  const [only, ...others] = parameter.targets;
  return { source, parameter, target: target ?? (others.length === 0 ? (only ?? null) : null), ...how };
}
