// The FHIR API of this process: what lives here on one records engine, what does not through the doors of its owners.
import type { AccessTrail } from '@polyclinic/audit-trail';
import { resourceTypes, typeNumber } from '@polyclinic/fhir';
import {
  createFhirApi,
  type DecisionLog,
  type Doors,
  type FhirApi,
  type FhirParts,
  forwardThrough,
  participantThrough,
  remoteRecords,
  serveDoor,
} from '@polyclinic/fhir-rest';
import { decide } from '@polyclinic/gateway/contract.ts';
import { type Offer, ownersOf, type ServiceDeclaration } from '@polyclinic/kit';
import type { Pool } from '@polyclinic/postgres';
import { createRecords, type RecordsEngine, type StoreDeclaration } from '@polyclinic/records';
import { offerTail } from '@polyclinic/rpc';
import type { Config } from './config.ts';
import { platformCaller, type Reach } from './reach.ts';
import { RELEASE } from './release.ts';
import { roster } from './roster.ts';
import { keepsRecords } from './schemas.ts';
import { createUuid7 } from './uuid7.ts';
import { derivedSecret } from './workload-key.ts';

export interface FhirSide {
  readonly api: FhirApi;
  readonly records: RecordsEngine;
  readonly decisions: DecisionLog;
  /** What a service offers to other processes besides its own operations; nothing where all live in one. */
  offersOf(service: ServiceDeclaration): readonly Offer[];
}

export interface FhirSideParts {
  readonly config: Config;
  /** The services of this process. */
  readonly here: readonly ServiceDeclaration[];
  readonly pool: Pool;
  readonly reach: Reach;
  readonly workloadKey: string;
  readonly now: () => Date;
  readonly onDefect: (defect: unknown, requestId: string) => void;
  /** null where no client comes in. */
  readonly accesses: AccessTrail | null;
}

export function createFhirSide(given: FhirSideParts): FhirSide {
  const { config, here, pool, reach, workloadKey, now, onDefect, accesses } = given;
  const owners = ownersOf(roster, resourceTypes);
  const names = new Set(here.map(({ name }) => name));
  const local = new Set([...owners].filter(([, owner]) => names.has(owner)).map(([type]) => type));
  const isWhole = local.size === owners.size;
  const doors: Doors = {
    call: (caller, operation, input) => reach(operation.service).call(caller, operation, input),
    owners,
    local,
  };
  const remote = isWhole ? null : remoteRecords(doors);
  const records = createRecords({
    stores: here.filter(keepsRecords).map((service) => storeOf(service, owners)),
    pool,
    now,
    cursorSecret: derivedSecret(workloadKey, 'page links'),
    ...(remote === null ? {} : { remote }),
  });
  const decisions: DecisionLog = {
    decide: async (name, how) =>
      (await reach('gateway').call(platformCaller('coordinator'), decide, { name, how })).how,
  };
  const parts: FhirParts = {
    ...{ records, owners, local, now },
    forward: forwardThrough(doors.call),
    ...(remote === null ? {} : { remote, coordination: { decisions, participant: participantThrough(doors.call) } }),
    ...(accesses !== null && config.services.includes('gateway') ? { accesses } : {}),
    newId: createUuid7(now),
    settings: { integrity: config.integrity, ...RELEASE },
    log: onDefect,
  };
  const api = createFhirApi(parts);
  return {
    ...{ api, records, decisions },
    offersOf: (service) =>
      isWhole || !keepsRecords(service)
        ? []
        : [
            ...serveDoor(service.name, api, parts, records.forOthers),
            offerTail(service.name, (after, limit) => records.tail(service.name, after, limit)),
          ],
  };
}

function storeOf(service: ServiceDeclaration, owners: ReadonlyMap<string, string>): StoreDeclaration {
  const types: Record<string, number> = {};
  for (const [type, owner] of owners) if (owner === service.name) types[type] = typeNumber(type)!;
  for (const { name, number } of service.records) types[name] = number;
  return { service: service.name, schema: service.name, types };
}
