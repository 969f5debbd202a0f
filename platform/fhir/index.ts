// The FHIR R4 model: definitions, JSON as received, validation, units. Pure: no I/O but the committed tables.
export * from './definitions.ts';
export * from './elements.ts';
export { type CanonicalUnit, canonicalQuantity, canonicalUnit } from './units.ts';
