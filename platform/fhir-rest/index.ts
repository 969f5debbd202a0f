// The FHIR interactions, once, for whatever a process owns.
export * from './door.ts';
export type * from './exchange.ts';
export type * from './participant.ts';
export type * from './parts.ts';
