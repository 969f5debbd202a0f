// The room of who saw and changed what.
import { join } from 'node:path';
import { defineService, offer, type ServiceDeclaration } from '@polyclinic/kit';
import type { Audit } from './audit.ts';
import { myAccesses, recordAccesses } from './contract.ts';

export { type Audit, type AuditOptions, startAudit } from './audit.ts';
export { checkpointPath, publicKeyPath } from './chain/checkpoints.ts';
export { type Verdict, verifyTrail } from './chain/verify.ts';

/** The declaration with the trail at work; null where a process only reads the declaration. */
export function auditService(trail: () => Audit | null): ServiceDeclaration {
  const at = (): Audit => {
    const present = trail();
    if (present === null) throw new Error('audit was called in a process that does not run it');
    return present;
  };
  return defineService({
    name: 'audit',
    purpose: 'Keeps who saw and changed what, and provenance.',
    owns: ['AuditEvent', 'Provenance'],
    permissions: [{ name: 'polyclinic:audit:write', about: 'Hand in accesses that another process recorded.' }],
    offers: [
      offer(recordAccesses, async (_context, batch) => {
        await at().keepAccesses(batch);
        return {};
      }),
      offer(myAccesses, ({ subject }, page) => at().myAccesses(subject, page)),
    ],
    migrations: join(import.meta.dirname, 'migrations'),
  });
}

export const audit = auditService(() => null);
