// What a FHIR API is made of: everything it needs from outside, named once. server/ brings it together.
import type { AccessTrail } from '@polyclinic/audit-trail';
import type { Records, RemoteRecords } from '@polyclinic/records';
import type { FhirRequest, FhirResponse } from './exchange.ts';
import type { Participant } from './participant.ts';

export interface FhirSettings {
  /** Whether a reference to nothing is refused and what is still referenced may not be deleted. */
  readonly integrity: 'on' | 'off';
  /** For the CapabilityStatement. */
  readonly software: { readonly name: string; readonly version: string };
  /** Instant of this release, for CapabilityStatement.date. */
  readonly releasedAt: string;
}

/** The one place where the outcome of a transaction over several owners stands. */
export interface DecisionLog {
  /** Records the decision durably, unless one stands already; returns the one that stands. */
  decide(name: string, how: 'commit' | 'rollback'): Promise<'commit' | 'rollback'>;
}

/** Many owners of a transaction: absent where everything lives in this process. */
export interface Coordination {
  readonly decisions: DecisionLog;
  /** The part of a transaction that another service keeps. Asked with the eyes of the request's subject. */
  participant(service: string, request: FhirRequest): Participant;
}

export interface FhirParts {
  readonly records: Records;
  /** Who owns each R4 type. */
  readonly owners: ReadonlyMap<string, string>;
  /** The types whose owner lives in this process. */
  readonly local: ReadonlySet<string>;
  /** Carries a request out in the process of another service. */
  forward(service: string, request: FhirRequest): Promise<FhirResponse>;
  /** What search, includes and $everything reach beyond this process by; absent where everything is local. */
  readonly remote?: RemoteRecords;
  readonly coordination?: Coordination;
  /** Told of whatever is shown or refused to a client; absent where the way in is in another process. */
  readonly accesses?: AccessTrail;
  readonly now: () => Date;
  /** A new UUIDv7. */
  readonly newId: () => string;
  readonly settings: FhirSettings;
  /** Where defects go, with the request's id; never shown to the client. */
  readonly log: (defect: unknown, requestId: string) => void;
}
