// The audit trail of this process: a spool where clients come in, and the audit service at work where it lives.
import { join } from 'node:path';
import { myAccesses, recordAccesses } from '@polyclinic/audit/contract.ts';
import { type Audit, auditService, startAudit } from '@polyclinic/audit/service.ts';
import { type AccessTrail, openAccessTrail } from '@polyclinic/audit-trail';
import type { HttpRequest } from '@polyclinic/http';
import type { SignInEvent } from '@polyclinic/identity/service.ts';
import type { ServiceDeclaration, Subject } from '@polyclinic/kit';
import type { Pool } from '@polyclinic/postgres';
import { tailDoor } from '@polyclinic/rpc';
import type { Log } from '@polyclinic/telemetry';
import { contentBefore, namesOf } from './audit-lookups.ts';
import type { Config } from './config.ts';
import type { FhirSide } from './fhir-side.ts';
import { ownListAccess, refusedAccess, signInAccess } from './outside-accesses.ts';
import { platformCaller, type Reach } from './reach.ts';
import { roster } from './roster.ts';
import { keepsRecords } from './schemas.ts';
import { createUuid7 } from './uuid7.ts';

export interface AuditSide {
  /** null where nobody comes in from outside. */
  readonly trail: AccessTrail | null;
  /** Somebody came without a good token. */
  refused(request: HttpRequest, status: number): void;
  signIn(event: SignInEvent): void;
  /** What a patient is told of the own record, which is an access like any other. */
  myAccesses(subject: Subject, request: HttpRequest, page: { cursor?: string; count: number }): Promise<unknown>;
  /** The service's declaration, at work once `start` was called. */
  readonly service: ServiceDeclaration;
  start(fhir: FhirSide, pool: Pool): void;
  close(): Promise<void>;
}

export interface AuditSideParts {
  readonly config: Config;
  readonly reach: Reach;
  readonly now: () => Date;
  readonly log: Log;
  /** Whether this is the first process on the data folder since the last ones ended. */
  readonly alone: boolean;
}

export function createAuditSide({ config, reach, now, log, alone }: AuditSideParts): AuditSide {
  const comesIn = config.services.includes('gateway') || config.services.includes('identity');
  const asker = platformCaller('audit');
  const newName = createUuid7(now);
  const trail = comesIn
    ? openAccessTrail({
        folder: join(config.data, 'audit', 'spool'),
        ...{ newName, now, alone },
        deliver: async (spool, lines) => {
          await reach('audit').call(asker, recordAccesses, { spool, lines });
        },
        onTrouble: (error) => log.error('the spool of accesses is in trouble', { error }),
      })
    : null;
  let audit: Audit | null = null;
  return {
    trail,
    refused(request, status) {
      // Anybody can cause these: they must not take the room that what is shown needs.
      if (trail !== null && trail.fullness() < 0.5) trail.record(refusedAccess(request, status, now()));
    },
    signIn(event) {
      if (trail !== null && (event.account !== null || trail.fullness() < 0.5))
        trail.record(signInAccess(event, now()));
    },
    async myAccesses(subject, request, page) {
      const refusal = trail?.refusal();
      if (refusal) throw refusal;
      const answer = await reach('audit').call({ subject, requestId: request.requestId }, myAccesses, page);
      trail?.record(ownListAccess(subject, request, now()));
      return answer;
    },
    service: auditService(() => audit),
    start(fhir, pool) {
      if (!config.services.includes('audit')) return;
      audit = startAudit({
        ...{ pool, now, records: fhir.records, folder: join(config.data, 'audit') },
        sources: roster.filter(keepsRecords).map(({ name }) => name),
        isElsewhere: (source) => !config.services.includes(source),
        tail: (source, after, limit) =>
          config.services.includes(source)
            ? fhir.records.tail(source, after, limit)
            : reach(source).call(asker, tailDoor(source), { after, limit }),
        namesOf: (clinic, references) => namesOf(fhir, clinic, references),
        contentBefore: (entry) => contentBefore(fhir, entry),
        onTrouble: (error) => log.error('the audit trail stumbled', { error }),
      });
    },
    async close() {
      await trail?.close();
      await audit?.stop();
    },
  };
}
