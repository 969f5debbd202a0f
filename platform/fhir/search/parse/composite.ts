// Composite values: `code$value`, each part as its own parameter reads it.
// Spec: http://hl7.org/fhir/R4/search.html#composite
import { componentsOf } from '../components.ts';
import type { CompositeValue } from '../query.ts';
import type { PlannedParameter, TypeParameters } from '../registry.ts';
import { referenceHash, stringHash } from '../values/composite.ts';
import type { ParseContext } from './context.ts';
import { dateValue } from './date.ts';
import { numberValue, quantityValue } from './number.ts';
import { referenceValue } from './reference.ts';
import { badValue } from './refusals.ts';
import { splitEscaped, withoutEscapes } from './split.ts';
import { tokenValue } from './token.ts';

export function compositeValue(
  context: ParseContext,
  name: string,
  parameter: PlannedParameter,
  parameters: TypeParameters,
  text: string,
): CompositeValue {
  const rows = [...parameters.values()].map(({ row }) => row);
  const parts = componentsOf(parameter.row, rows).map(({ code }) => parameters.get(code));
  const pieces = splitEscaped(text, '$');
  const [first, second, third] = parts;
  if (pieces.length !== parts.length || pieces.includes('') || first === undefined || second === undefined)
    throw badValue(name, `${parts.length} values joined by $`);
  const value = {
    first: tokenValue(context, name, first, pieces[0] as string),
    second: secondPart(context, name, second, pieces[1] as string),
  };
  return third === undefined ? value : { ...value, third: numberValue(name, pieces[2] as string) };
}

function secondPart(
  context: ParseContext,
  name: string,
  part: PlannedParameter,
  text: string,
): CompositeValue['second'] {
  switch (part.use.type) {
    case 'token':
      return { kind: 'token', value: tokenValue(context, name, part, text) };
    case 'quantity':
      return { kind: 'quantity', value: quantityValue(context, name, text) };
    case 'number':
      return { kind: 'number', value: numberValue(name, text) };
    case 'date':
      return { kind: 'date', value: dateValue(context, name, text) };
    case 'string':
      return { kind: 'hash', hash: stringHash(withoutEscapes(text)) };
    default: {
      const { types, id } = referenceValue(context, name, part.use, text, null);
      const [type] = types;
      if (type === undefined || types.length > 1) throw badValue(name, 'a reference that names its type');
      return { kind: 'hash', hash: referenceHash(type, id) };
    }
  }
}
