// The door between processes: what the FHIR API of one process may ask of the process that owns a type.
import {
  integer,
  list,
  map,
  type Operation,
  object,
  oneOf,
  operation,
  optional,
  type TypeOf,
  text,
} from '@polyclinic/kit';

/** How long a whole interaction may take at its owner: a large transaction Bundle is the slowest of them. */
const INTERACTION_MS = 60_000;
const LOOK_UP_MS = 10_000;
/** References per look-up and entries per transaction: as many as one transaction Bundle may have. */
const MANY = 20_000;

const visibility = object({
  clinic: integer('the clinic whose resources are seen, besides the shared ones', { min: 0 }),
  patients: optional(list(text(), 'the only patients whose compartments are seen; absent: no such limit', MANY)),
});

const version = object({
  clinic: integer('', { min: 0 }),
  type: text(),
  id: text(),
  seq: text(),
  version: integer('', { min: 1 }),
  operation: oneOf(['create', 'update', 'delete']),
  at: text('meta.lastUpdated'),
  author: text(),
  content: optional(text('the resource as JSON; absent for a deletion')),
});

const interactionRequest = object({
  method: text(),
  path: text(),
  query: text(),
  headers: map(text()),
  body: text(),
  base: text(),
  address: optional(text('the network address the request came from')),
});

const interactionResponse = object({
  status: integer('', { min: 100, max: 599 }),
  headers: map(text()),
  body: text(),
});

const plannedWrite = object({
  at: integer('the position of its entry in the Bundle', { min: 0 }),
  method: oneOf(['POST', 'PUT', 'PATCH', 'DELETE']),
  type: text(),
  id: text(),
  expect: text('any, absent, or the version that must be current'),
  resource: optional(text('the resource as JSON, its links resolved; absent for a deletion')),
});

const guard = object({
  at: integer('the position of its entry in the Bundle', { min: 0 }),
  type: text(),
  criteria: text('a search, as in If-None-Exist'),
  ids: list(text(), 'what it found when the transaction was planned and must still find'),
});

const writeResult = object({
  at: integer('', { min: 0 }),
  kind: oneOf(['created', 'updated', 'deleted', 'unchanged']),
  version: optional(version),
});

/** The operations a service offers so that other processes can serve, search and write what it owns. */
export function fhirDoor(service: string) {
  const common = { service, permission: 'by-resource' };
  return {
    interact: operation({
      ...common,
      name: 'interact',
      about: 'Carries out one FHIR interaction on what this service owns.',
      input: interactionRequest,
      output: interactionResponse,
      deadlineMs: INTERACTION_MS,
    }),
    searchIds: operation({
      ...common,
      name: 'searchIds',
      about: 'The ids that meet a search, for a chain that starts at another owner.',
      input: object({ query: text('a parsed search as JSON'), visibility, limit: integer('', { min: 1 }) }),
      output: object({ ids: list(text()) }),
      idempotent: true,
      deadlineMs: LOOK_UP_MS,
    }),
    pointedTo: operation({
      ...common,
      name: 'pointedTo',
      about: 'What the resources that meet a search point to by one parameter, for _has from another owner.',
      input: object({ query: text(), parameter: text(), visibility, limit: integer('', { min: 1 }) }),
      output: object({ references: list(text()) }),
      idempotent: true,
      deadlineMs: LOOK_UP_MS,
    }),
    readMany: operation({
      ...common,
      name: 'readMany',
      about: 'Current versions by reference, for _include from another owner.',
      input: object({ references: list(text(), '', MANY), visibility }),
      output: object({ versions: list(version) }),
      idempotent: true,
      deadlineMs: LOOK_UP_MS,
    }),
    pointingTo: operation({
      ...common,
      name: 'pointingTo',
      about: 'Resources that point to any of the references, for _revinclude from another owner.',
      input: object({
        type: text(),
        parameter: optional(text('absent: any reference')),
        references: list(text(), '', MANY),
        visibility,
        limit: integer('', { min: 1 }),
      }),
      output: object({ versions: list(version) }),
      idempotent: true,
      deadlineMs: LOOK_UP_MS,
    }),
    findIds: operation({
      ...common,
      name: 'findIds',
      about: 'For each of many conditions of a Bundle the ids that meet it, at most two each.',
      input: object({ base: text(), conditions: list(object({ type: text(), criteria: text() }), '', MANY) }),
      output: object({ found: list(list(text())) }),
      idempotent: true,
      deadlineMs: LOOK_UP_MS,
    }),
    prepareEntries: operation({
      ...common,
      name: 'prepareEntries',
      about: 'Writes this owner’s part of a transaction Bundle and prepares it, to be finished by the coordinator.',
      input: object({
        name: text('the transaction', 100),
        writes: list(plannedWrite, '', MANY),
        guards: list(guard, '', MANY),
        alongside: list(text(), 'what other owners write in the same transaction, as Type/id', MANY),
        base: text('what the client’s own absolute references start with'),
        address: optional(text('the network address the client asked from')),
      }),
      output: object({ results: list(writeResult) }),
      deadlineMs: INTERACTION_MS,
    }),
    finishEntries: operation({
      ...common,
      name: 'finishEntries',
      about: 'Commits or rolls back a prepared part of a transaction Bundle.',
      input: object({ name: text('', 100), how: oneOf(['commit', 'rollback']) }),
      output: object({}),
      idempotent: true,
      deadlineMs: LOOK_UP_MS,
    }),
  } as const;
}

/** What the process that coordinates transactions offers: the one place where their outcome stands. */
export function decisionDoor(service: string) {
  return {
    decide: operation({
      service,
      permission: 'by-resource',
      name: 'decideTransaction',
      about: 'Records how a transaction over several owners ends; the first decision stands and is returned.',
      input: object({ name: text('', 100), how: oneOf(['commit', 'rollback']) }),
      output: object({ how: oneOf(['commit', 'rollback']) }),
      idempotent: true,
    }),
  } as const;
}

export type FhirDoor = ReturnType<typeof fhirDoor>;
type Input<O> = O extends Operation<infer I, unknown> ? I : never;
export type InteractionInput = Input<FhirDoor['interact']>;
export type VersionOnTheWire = TypeOf<typeof version>;
export type VisibilityOnTheWire = TypeOf<typeof visibility>;
export type PlannedWriteOnTheWire = TypeOf<typeof plannedWrite>;
export type GuardOnTheWire = TypeOf<typeof guard>;
export type WriteResultOnTheWire = TypeOf<typeof writeResult>;
