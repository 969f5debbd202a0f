// The room of who is who: people, programs, and the tokens that prove them.
import { join } from 'node:path';
import { defineService, offer, reaction, type ServiceDeclaration } from '@polyclinic/kit';
import { patientDeleted } from '@polyclinic/patients/contract.ts';
import { closePortalAccount } from './commands/close-portal-account.ts';
import { enableUser as letIn, disableUser as shutOut } from './commands/disable-user.ts';
import { invite } from './commands/invite.ts';
import { closeClient as close } from './commands/register-client.ts';
import {
  closeClient,
  disableUser,
  enableUser,
  inviteUser,
  revokedTokens,
  rotateSigningKeys,
  signingKeys,
  users,
} from './contract.ts';
import type { Identity } from './identity.ts';
import { revokedSince } from './queries/revoked-tokens.ts';
import { usersOf } from './queries/users-of.ts';

export type { DemoPeople } from './commands/ensure-demo-identity.ts';
export type { Identity, IdentityOptions } from './identity.ts';
export type { SignInEvent } from './sign-in-event.ts';
export { smartConfiguration } from './smart-configuration.ts';

type Furniture = Pick<Identity, 'store' | 'jwks' | 'rotateKeys'>;

/**
 * The declaration, its handlers at work on what `createIdentity` made. Without, it can be read and checked but not
 * called: that is how processes see it which don't run it.
 */
export function identityService(furniture: Furniture | null): ServiceDeclaration {
  const at = (): Furniture => {
    if (furniture === null) throw new Error('identity was called in a process that does not run it');
    return furniture;
  };
  return defineService({
    name: 'identity',
    purpose: 'Signs people and programs in, and says by tokens who they are and what they may do.',
    owns: [],
    permissions: [
      { name: 'polyclinic:revocations:read', about: 'Follow which tokens ended before their time.' },
      { name: 'polyclinic:signing-keys:read', about: 'Get the public keys of access tokens.' },
      { name: 'polyclinic:signing-keys:write', about: 'Have new keys made for signing tokens.' },
      { name: 'polyclinic:clients:write', about: 'Register programs with the clinic and close them.' },
      { name: 'polyclinic:users:read', about: 'See who belongs to the clinic.' },
      { name: 'polyclinic:users:write', about: 'Invite people to the clinic, shut them out, let them in again.' },
    ],
    offers: [
      offer(revokedTokens, (_context, { position }) => revokedSince(at().store, position)),
      offer(signingKeys, async () => ({ jwks: JSON.stringify(at().jwks()) })),
      offer(rotateSigningKeys, async () => {
        await at().rotateKeys();
        return {};
      }),
      offer(users, async ({ subject }, { part }) => ({ users: await usersOf(at().store, subject.clinic, part) })),
      offer(inviteUser, async ({ subject }, { fhirUser = null, patient = null, ...invited }) => {
        await invite(at().store, subject.clinic, { ...invited, fhirUser, patient });
        return {};
      }),
      offer(closeClient, async ({ subject }, { id }) => {
        await close(at().store, subject.clinic, id);
        return {};
      }),
      offer(disableUser, async ({ subject }, { id }) => {
        await shutOut(at().store, { clinic: subject.clinic, id }, subject.id);
        return {};
      }),
      offer(enableUser, async ({ subject }, { id }) => {
        await letIn(at().store, { clinic: subject.clinic, id });
        return {};
      }),
    ],
    reacts: [
      // Whoever could see the record of a patient that is gone, as that patient, can sign in no longer.
      reaction(patientDeleted, 'identity-portal-accounts', (_context, { clinic, id }) =>
        closePortalAccount(at().store, { clinic, patient: id }),
      ),
    ],
    migrations: join(import.meta.dirname, 'migrations'),
  });
}

export const identity = identityService(null);

/** Loads the provider only where identity runs: other processes read the declaration without it. */
export const createIdentity = async (...given: Parameters<typeof import('./identity.ts').createIdentity>) =>
  (await import('./identity.ts')).createIdentity(...given);

/** Makes the demo's clients and accounts; see the command. */
export const ensureDemoIdentity = async (
  ...given: Parameters<typeof import('./commands/ensure-demo-identity.ts').ensureDemoIdentity>
) => (await import('./commands/ensure-demo-identity.ts')).ensureDemoIdentity(...given);
