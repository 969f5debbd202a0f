// What other services may know of identity.
import { integer, list, object, oneOf, operation, text } from '@polyclinic/kit';

/** Tokens that ended before their time, for whoever verifies tokens without asking: polled every two seconds. */
export const revokedTokens = operation({
  service: 'identity',
  name: 'revokedTokens',
  about: 'The tokens, grants and subjects revoked since a position; empty text asks from the start.',
  input: object({ position: text('Where the last answer ended', 40) }),
  output: object({
    revocations: list(
      object({
        kind: oneOf(['token', 'grant', 'subject'], 'What was revoked'),
        id: text('Its id'),
        at: integer('When, in seconds since 1970'),
      }),
    ),
    position: text('Where to go on'),
  }),
  permission: 'polyclinic:revocations:read',
  idempotent: true,
  deadlineMs: 2_000,
});

/** The public keys that access tokens are signed with. */
export const signingKeys = operation({
  service: 'identity',
  name: 'signingKeys',
  about: 'The public keys of all access tokens, as a JSON Web Key Set in JSON.',
  input: object({}),
  output: object({ jwks: text('JSON of RFC 7517') }),
  permission: 'polyclinic:signing-keys:read',
  idempotent: true,
  deadlineMs: 2_000,
});
