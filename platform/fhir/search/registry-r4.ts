// The R4 parameters and extractors, each type's made when it is first asked for.
import { canonicalQuantity } from '../units.ts';
import { r4Catalogue } from './catalogue-r4.ts';
import { type Extractor, makeExtractor } from './extract.ts';
import { planParameters, type TypeParameters } from './registry.ts';

const plans = new Map<string, TypeParameters>();
const extractors = new Map<string, Extractor>();

/** The search parameters of a type by code; empty for what is no R4 resource type. */
export function parametersFor(type: string): TypeParameters {
  const known = plans.get(type);
  if (known !== undefined) return known;
  const made = planParameters(r4Catalogue, type);
  if (made.size > 0) plans.set(type, made);
  return made;
}

/** The function that makes index entries for resources of a type; compiled once. */
export function compileExtractor(type: string): Extractor {
  const known = extractors.get(type);
  if (known !== undefined) return known;
  const parameters = parametersFor(type);
  const made = makeExtractor(r4Catalogue, canonicalQuantity, type, parameters);
  if (parameters.size > 0) extractors.set(type, made);
  return made;
}
