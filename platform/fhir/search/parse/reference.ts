// Reference values: `Type/id`, `id`, `http://.../Type/id`, a canonical URL. Spec: http://hl7.org/fhir/R4/search.html#reference
import type { ParameterUse, ReferenceValue } from '../query.ts';
import { targetOf } from '../values/reference.ts';
import type { ParseContext } from './context.ts';
import { badValue } from './refusals.ts';
import { withoutEscapes } from './split.ts';

const ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** What one value may point to. `ofType` is the type named by a modifier, which a bare id then has. */
export function referenceValue(
  context: ParseContext,
  name: string,
  use: ParameterUse,
  text: string,
  ofType: string | null,
): ReferenceValue {
  const plain = withoutEscapes(text);
  const own =
    context.base !== null && plain.startsWith(`${context.base}/`) ? plain.slice(context.base.length + 1) : plain;
  const { typeNumber } = context.catalogue;
  if (ID.test(own)) {
    const types = ofType === null ? use.targets : [ofType];
    return { types: types.map(typeNumber).filter((number) => number !== undefined), id: own };
  }
  const target = targetOf(own, typeNumber);
  if (target === undefined) throw badValue(name, 'an id, Type/id or a URL');
  if (ofType !== null && target.type !== typeNumber(ofType)) throw badValue(name, `an id or a reference to ${ofType}`);
  return { types: [target.type], id: target.id };
}
