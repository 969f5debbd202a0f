// The FHIR interactions, once, for whatever a process owns.
export { createFhirApi, type FhirApi } from './api.ts';
export { settleInDoubt } from './coordinator.ts';
export * from './door.ts';
export type * from './exchange.ts';
export type * from './participant.ts';
export type * from './parts.ts';
export {
  type DoorCall,
  type DoorCaller,
  type Doors,
  forwardThrough,
  participantThrough,
  remoteRecords,
} from './remote-records.ts';
export { type SearchedByOthers, serveDoor } from './serve-door.ts';
