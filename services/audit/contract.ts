// What other services may ask of the audit trail.
import { integer, list, object, operation, text } from '@polyclinic/kit';

export const recordAccesses = operation({
  service: 'audit',
  name: 'recordAccesses',
  about: 'Keeps spooled accesses as audit events; what it has already is passed over.',
  input: object({
    spool: text('the file they were spooled in', 64),
    lines: list(
      object({ offset: integer('where the line begins in its file', { min: 0 }), line: text('', 1_048_576) }),
      '',
      500,
    ),
  }),
  output: object({}),
  permission: 'polyclinic:audit:write',
  idempotent: true,
  deadlineMs: 30_000,
});
