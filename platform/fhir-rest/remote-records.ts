// What other processes own, reached through their doors.
import { type Operation, refuse, type Subject } from '@polyclinic/kit';
import type { RemoteRecords, Version, Visibility } from '@polyclinic/records';
import { fhirDoor } from './door.ts';
import type { FhirRequest, FhirResponse } from './exchange.ts';
import type { Participant } from './participant.ts';
import { writeQuery } from './query-text.ts';
import { expectationText, fromWire } from './wire-values.ts';

/** On whose behalf a call between processes is made. */
export interface DoorCaller {
  readonly subject: Subject;
  readonly requestId: string;
}

/** Calls an operation of another process. */
export type DoorCall = <I, O>(caller: DoorCaller, operation: Operation<I, O>, input: I) => Promise<O>;

export interface Doors {
  readonly call: DoorCall;
  readonly owners: ReadonlyMap<string, string>;
  /** The types that live in this process. */
  readonly local: ReadonlySet<string>;
}

/** RemoteRecords over the doors of the owners. */
export function remoteRecords({ call, owners, local }: Doors): RemoteRecords {
  const doorOf = (type: string) => {
    const owner = owners.get(type);
    if (owner === undefined) throw refuse('not-supported', 'there is no such resource type', { status: 404 });
    return fhirDoor(owner);
  };
  return {
    owns: (type) => owners.has(type) && !local.has(type),
    async ids(query, visibility, limit) {
      const input = { query: writeQuery(query), visibility: eyes(visibility), limit };
      return (await call(platform(visibility), doorOf(query.types[0] ?? '').searchIds, input)).ids;
    },
    async pointedTo(query, parameter, visibility, limit) {
      const input = { query: writeQuery(query), parameter, visibility: eyes(visibility), limit };
      return (await call(platform(visibility), doorOf(query.types[0] ?? '').pointedTo, input)).references;
    },
    async readMany(references, visibility) {
      const byOwner = Map.groupBy(
        references,
        (reference) => owners.get(reference.slice(0, reference.indexOf('/'))) ?? '',
      );
      byOwner.delete('');
      const found = await Promise.all(
        [...byOwner].map(async ([owner, some]): Promise<readonly Version[]> => {
          const input = { references: some, visibility: eyes(visibility) };
          return (await call(platform(visibility), fhirDoor(owner).readMany, input)).versions.map(fromWire);
        }),
      );
      return found.flat();
    },
    async pointingTo(type, parameter, references, visibility, limit) {
      const input = { type, ...(parameter !== null && { parameter }), references, visibility: eyes(visibility), limit };
      return (await call(platform(visibility), doorOf(type).pointingTo, input)).versions.map(fromWire);
    },
  };
}

/** Carries a whole request out at the service that owns its type, as the same subject. */
export function forwardThrough(call: DoorCall): (service: string, request: FhirRequest) => Promise<FhirResponse> {
  return (service, { subject, requestId, ...input }) => call({ subject, requestId }, fhirDoor(service).interact, input);
}

/** Another service's part in a transaction. */
export function participantThrough(call: DoorCall): (service: string, request: FhirRequest) => Participant {
  return (service, { subject, requestId, base, address }) => {
    const from = address === undefined ? { base } : { base, address };
    const door = fhirDoor(service);
    const caller = { subject, requestId };
    return {
      findIds: async (conditions) => (await call(caller, door.findIds, { base, conditions })).found,
      async prepare(name, { writes, guards, alongside }) {
        const planned = writes.map(({ expect, resource, ...write }) => ({
          ...write,
          expect: expectationText(expect),
          ...(resource !== null && { resource }),
        }));
        const part = { name, ...from, writes: planned, guards, alongside };
        const { results } = await call(caller, door.prepareEntries, part);
        return results.map(({ at, kind, version }) => ({
          at,
          kind,
          version: version === undefined ? null : fromWire(version),
        }));
      },
      finish: async (name, how) => {
        await call(caller, door.finishEntries, { name, how });
      },
    };
  };
}

const eyes = ({ clinic, patients }: Visibility) => (patients === null ? { clinic } : { clinic, patients });

/** A query reaches further types with the eyes its subject was given; who asks has been decided where it began. */
const platform = ({ clinic }: Visibility): DoorCaller => ({
  subject: { id: 'platform', client: 'polyclinic', clinic, roles: ['system'], scopes: ['system/*.rs'] },
  requestId: 'search',
});
