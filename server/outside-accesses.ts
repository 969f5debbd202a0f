// Accesses that no FHIR interaction tells of: whoever was not let in, sign-ins, and patients reading who saw them.
import type { Access } from '@polyclinic/audit-trail';
import type { HttpRequest } from '@polyclinic/http';
import type { SignInEvent } from '@polyclinic/identity/service.ts';
import type { Subject } from '@polyclinic/kit';

const ATTEMPTED: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

// Neither ids nor the query: without a token it has no clinic, and may hold what only one clinic may know.
export function refusedAccess({ method, path, address, requestId }: HttpRequest, status: number, at: Date): Access {
  const [, type = ''] = /^\/fhir\/R4\/([A-Z][A-Za-z]{1,60})/.exec(path) ?? [];
  return {
    ...{ at: at.getTime(), clinic: 0, interaction: ATTEMPTED[method] ?? 'read', status, user: '', who: '' },
    ...{ client: '', address, type, id: '', last: '', patients: [], query: '', requestId },
  };
}

const STATUS = { 'signed-in': 200, wrong: 401, throttled: 429 };

export function signInAccess({ kind, account, client, address }: SignInEvent, at: Date): Access {
  return {
    ...{ at: at.getTime(), clinic: account?.membership.clinic ?? 0, interaction: 'login', status: STATUS[kind] },
    ...{ user: account?.id ?? '', who: account?.membership.fhirUser ?? '', client, address },
    ...{ type: '', id: '', last: '', patients: [], query: '', requestId: '' },
  };
}

/** Of a subject that has a patient: the list is that patient's own. */
export function ownListAccess(subject: Subject, { address, requestId }: HttpRequest, at: Date): Access {
  const { id, client, clinic, fhirUser = '', patient = '' } = subject;
  return {
    ...{ at: at.getTime(), clinic, interaction: 'search', status: 200, user: id, who: fhirUser, client, address },
    ...{ type: 'AuditEvent', id: '', last: '', patients: [patient], query: `patient=${patient}`, requestId },
  };
}
