// The FHIR R4 model: definitions, JSON as received, validation, units. Pure: no I/O but the committed tables.
export * from './definitions.ts';
export * from './elements.ts';
export { type Link, type ResourceSpans, type Scan, type Span, scanJson } from './json/scan.ts';
export { type Replacement, replaceSpans, type Spliced, spliceIdentity } from './json/splice.ts';
export * from './resource.ts';
export { type CanonicalUnit, canonicalQuantity, canonicalUnit } from './units.ts';
export { compileValidator, type ValidateOptions, type Validator } from './validate/index.ts';
export { isSafeNarrative } from './validate/narrative.ts';
