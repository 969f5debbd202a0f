// An admin registers a program with the clinic, or closes one. It works for the people and records of that clinic only.
import { randomBytes } from 'node:crypto';
import { refuse } from '@polyclinic/kit';
import type { ClientRegistration } from '../domain/client-registration.ts';
import { hashClientSecret } from '../domain/client-secret.ts';
import type { IdentityStore } from '../store.ts';
import { revoke } from './revoke.ts';

export interface Registered {
  readonly clientId: string;
  /** Told this once; null for a program that proves itself otherwise. */
  readonly secret: string | null;
}

export async function registerClient(
  store: IdentityStore,
  clinic: number,
  registration: ClientRegistration,
): Promise<Registered> {
  if (clinic <= 0) throw refuse('business-rule', 'Programs belong to a clinic, not to all.');
  const clientId = `app-${randomBytes(12).toString('base64url')}`;
  const secret = registration.token_endpoint_auth_method.startsWith('client_secret')
    ? randomBytes(32).toString('base64url')
    : null;
  await store.saveClient(clientId, {
    ...registration,
    ...(secret === null ? {} : { client_secret: hashClientSecret(secret, randomBytes(16).toString('base64url')) }),
    first_party: false,
    client_clinic: clinic,
    client_roles: registration.grant_types.includes('client_credentials') ? ['system'] : [],
  });
  return { clientId, secret };
}

/** @throws Refusal for a program that is not the clinic's */
export async function closeClient(store: IdentityStore, clinic: number, clientId: string): Promise<void> {
  const { rows } = await store.sql.query<{ id: string }>(
    `update identity.client set closed_at = $3
      where id = $1 and closed_at is null and id like 'app-%' and (metadata ->> 'client_clinic')::integer = $2
      returning id`,
    [clientId, clinic, store.now()],
  );
  if (rows.length === 0) throw refuse('not-found', 'The clinic has no such program.');
  // Its own tokens carry its id as their subject; those for people end with their grants.
  await revoke(store, 'subject', clientId);
  const { rows: grants } = await store.sql.query<{ id: string }>(
    `select id from identity.oidc_entry where model = 'Grant' and payload ->> 'clientId' = $1`,
    [clientId],
  );
  for (const { id } of grants) await revoke(store, 'grant', id);
  await store.sql.query(`delete from identity.oidc_entry where payload ->> 'clientId' = $1`, [clientId]);
}
