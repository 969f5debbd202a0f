// What other services may know of identity.
import { boolean, integer, list, object, oneOf, operation, optional, text } from '@polyclinic/kit';

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

const userId = text('The account’s id', 64);

/** The people of the caller's clinic. */
export const users = operation({
  service: 'identity',
  name: 'users',
  about: 'The first hundred people of the clinic by name; a part of a name or e-mail address narrows them.',
  input: object({ part: text('Part of a name or address; empty for all', 100) }),
  output: object({
    users: list(
      object({
        id: userId,
        email: text('What the person signs in with'),
        name: text('For display'),
        roles: list(text(), 'In this clinic'),
        disabled: boolean('Shut out of this clinic'),
      }),
    ),
  }),
  permission: 'polyclinic:users:read',
  idempotent: true,
});

/** Sends a letter with which somebody joins the caller's clinic. */
export const inviteUser = operation({
  service: 'identity',
  name: 'inviteUser',
  about: 'Invites somebody to the clinic by a letter, in certain roles.',
  input: object({
    email: text('Where the letter goes, and what the person signs in with', 254),
    name: text('For display', 200),
    roles: list(text('', 40), 'What the person will be', 10),
    fhirUser: optional(text('The resource that stands for the person, as Practitioner/x', 80)),
    patient: optional(text('The id of the Patient whose record the person sees as a patient', 64)),
  }),
  output: object({}),
  permission: 'polyclinic:users:write',
});

/** Shuts somebody out of the caller's clinic; all tokens of the person end. */
export const disableUser = operation({
  service: 'identity',
  name: 'disableUser',
  about: 'Shuts somebody out of the clinic and ends all sessions and tokens of the person.',
  input: object({ id: userId }),
  output: object({}),
  permission: 'polyclinic:users:write',
  idempotent: true,
});

/** Takes back `disableUser`. */
export const enableUser = operation({
  service: 'identity',
  name: 'enableUser',
  about: 'Lets somebody who was shut out of the clinic in again.',
  input: object({ id: userId }),
  output: object({}),
  permission: 'polyclinic:users:write',
  idempotent: true,
});

/** Closes a program that the caller's clinic registered at `/oidc/register`; all its tokens end. */
export const closeClient = operation({
  service: 'identity',
  name: 'closeClient',
  about: 'Closes a program that the clinic registered and ends all its tokens.',
  input: object({ id: text('The client’s id', 64) }),
  output: object({}),
  permission: 'polyclinic:clients:write',
});

/** Makes new signing keys before their time: when one may have been seen, or as an exercise. */
export const rotateSigningKeys = operation({
  service: 'identity',
  name: 'rotateSigningKeys',
  about: 'Makes new keys for signing tokens; they sign after two hours, and the old ones are gone two hours later.',
  input: object({}),
  output: object({}),
  permission: 'polyclinic:signing-keys:write',
});
