// The audit trail of this process: a spool where clients come in, and the audit service at work where it lives.
import { join } from 'node:path';
import { recordAccesses } from '@polyclinic/audit/contract.ts';
import { type Audit, auditService, startAudit } from '@polyclinic/audit/service.ts';
import { type Access, type AccessTrail, openAccessTrail } from '@polyclinic/audit-trail';
import type { HttpRequest } from '@polyclinic/http';
import type { SignInEvent } from '@polyclinic/identity/service.ts';
import type { LogEntry, ServiceDeclaration, Subject } from '@polyclinic/kit';
import type { Pool } from '@polyclinic/postgres';
import { tailDoor } from '@polyclinic/rpc';
import type { Log } from '@polyclinic/telemetry';
import type { Config } from './config.ts';
import type { FhirSide } from './fhir-side.ts';
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
}

export function createAuditSide({ config, reach, now, log }: AuditSideParts): AuditSide {
  const comesIn = config.services.includes('gateway') || config.services.includes('identity');
  const asker = platformCaller('audit');
  const newName = createUuid7(now);
  const trail = comesIn
    ? openAccessTrail({
        folder: join(config.data, 'audit', 'spool'),
        ...{ newName, now },
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
    service: auditService(() => audit),
    start(fhir, pool) {
      if (!config.services.includes('audit')) return;
      audit = startAudit({
        ...{ pool, now, records: fhir.records, folder: join(config.data, 'audit') },
        sources: roster.filter(keepsRecords).map(({ name }) => name),
        tail: (source, after, limit) =>
          config.services.includes(source)
            ? fhir.records.tail(source, after, limit)
            : reach(source).call(asker, tailDoor(source), { after, limit }),
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

const ATTEMPTED: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

// Neither ids nor the query: without a token it has no clinic, and may hold what only one clinic may know.
function refusedAccess({ method, path, address, requestId }: HttpRequest, status: number, at: Date): Access {
  const [, type = ''] = /^\/fhir\/R4\/([A-Z][A-Za-z]{1,60})/.exec(path) ?? [];
  return {
    ...{ at: at.getTime(), clinic: 0, interaction: ATTEMPTED[method] ?? 'read', status, user: '', who: '' },
    ...{ client: '', address, type, id: '', last: '', patients: [], query: '', requestId },
  };
}

const STATUS = { 'signed-in': 200, wrong: 401, throttled: 429 };

function signInAccess({ kind, account, client, address }: SignInEvent, at: Date): Access {
  return {
    ...{ at: at.getTime(), clinic: account?.membership.clinic ?? 0, interaction: 'login', status: STATUS[kind] },
    ...{ user: account?.id ?? '', who: account?.membership.fhirUser ?? '', client, address },
    ...{ type: '', id: '', last: '', patients: [], query: '', requestId: '' },
  };
}

/** Asked of whoever owns the type, as the platform itself; none where the type is no resource or the id was new. */
async function contentBefore({ api }: FhirSide, entry: LogEntry): Promise<string | null> {
  if (entry.version === 1) return null;
  const subject: Subject = {
    ...platformCaller('audit').subject,
    clinic: entry.clinic,
    scopes: ['system/*.rs'],
  };
  const answer = await api.carryOut({
    method: 'GET',
    path: `/${entry.type}/${entry.id}/_history/${entry.version - 1}`,
    ...{ query: '', headers: {}, body: '', base: '', subject, requestId: `audit-${entry.seq}` },
  });
  return answer.status === 200 ? answer.body : null;
}
