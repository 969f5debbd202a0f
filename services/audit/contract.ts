// What other services may ask of the audit trail.
import { integer, list, object, operation, optional, text } from '@polyclinic/kit';

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

export const myAccesses = operation({
  service: 'audit',
  name: 'myAccesses',
  about: 'Who saw or changed the caller’s own record, newest first, in plain words.',
  input: object({
    cursor: optional(text('where the page before ended', 2_000)),
    count: integer('', { min: 1, max: 200 }),
  }),
  output: object({
    accesses: list(
      object({
        at: text('when'),
        who: text('the name of the person, or of the program where no person acted'),
        did: text('what the person did, in plain words'),
        through: text('the program'),
      }),
    ),
    next: optional(text('asks for the page after this one')),
  }),
  permission: 'by-resource',
  idempotent: true,
});
