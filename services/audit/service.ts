// The room of who saw and changed what.
import { defineService } from '@polyclinic/kit';

export const audit = defineService({
  name: 'audit',
  purpose: 'Keeps audit events and provenance.',
  owns: ['AuditEvent', 'Provenance'],
});
