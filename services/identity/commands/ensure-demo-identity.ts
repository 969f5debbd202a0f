// The demo clinic's way in: well-known clients and accounts. Only ever called in demo mode, which stays on loopback.
import { randomBytes, randomUUID } from 'node:crypto';
import { hashClientSecret } from '../domain/client-secret.ts';
import type { Passwords } from '../passwords.ts';
import { doorOf } from '../queries/clinic-doors.ts';
import type { IdentityStore, Membership } from '../store.ts';
import { setClinicDoor } from './set-clinic-door.ts';

export const DEMO_PASSWORD = 'polyclinic-demo';
export const DEMO_SYSTEM = { client: 'demo-system', secret: 'demo-system-secret', scope: 'system/*.cruds' } as const;
export const DEMO_ROLES = ['admin', 'doctor', 'nurse', 'office', 'patient', 'researcher'] as const;
type DemoRole = (typeof DEMO_ROLES)[number];

export interface DemoPeople {
  /** The port Polyclinic serves on: the demo app's redirect leads there. */
  readonly port: number;
  readonly clinic?: number;
  readonly clinicName?: string;
  /** Ids of Practitioner resources. */
  readonly doctor: string;
  readonly nurse: string;
  readonly office: string;
  /** Ids of Practitioner resources of those who need none, where they have one. */
  readonly admin?: string;
  readonly researcher?: string;
  /** The id of a Patient resource. */
  readonly patient: string;
}

const NAMES: Readonly<Record<DemoRole, string>> = {
  admin: 'Demo Admin',
  doctor: 'Demo Doctor',
  nurse: 'Demo Nurse',
  office: 'Demo Office',
  patient: 'Demo Patient',
  researcher: 'Demo Researcher',
};

/** The same however often it runs; the second start costs next to nothing. */
export async function ensureDemoIdentity(
  { store, passwords }: { readonly store: IdentityStore; readonly passwords: Passwords },
  people: DemoPeople,
): Promise<void> {
  const clinic = people.clinic ?? 1;
  await store.saveClient(DEMO_SYSTEM.client, await systemClient(store, clinic));
  await store.saveClient('demo-app', appClient(people.port));
  if ((await doorOf(store, clinic)).name === `Clinic ${clinic}`)
    await setClinicDoor(store, { clinic, name: people.clinicName ?? 'Demo clinic', selfRegistration: true });
  for (const role of DEMO_ROLES) {
    const username = `${role}@demo.clinic`;
    const known = await store.accountByUsername(username);
    const account = {
      id: known?.id ?? randomUUID(),
      username,
      name: NAMES[role],
      passwordHash: known?.passwordHash ?? (await passwords.hash(DEMO_PASSWORD)),
    };
    await store.saveAccount(account, [membershipOf(role, clinic, people)]);
  }
}

function membershipOf(role: DemoRole, clinic: number, people: DemoPeople): Membership {
  const id = people[role];
  if (role === 'patient') return { clinic, roles: [role], fhirUser: `Patient/${id}`, patient: people.patient };
  return { clinic, roles: [role], fhirUser: id === undefined ? null : `Practitioner/${id}`, patient: null };
}

async function systemClient(store: IdentityStore, clinic: number): Promise<Record<string, unknown>> {
  const kept = (await store.client(DEMO_SYSTEM.client))?.['client_secret'];
  return {
    client_name: 'Demo system',
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: [],
    token_endpoint_auth_method: 'client_secret_basic',
    client_secret: kept ?? hashClientSecret(DEMO_SYSTEM.secret, randomBytes(16).toString('base64url')),
    allowed_scopes: ['system/*.cruds', 'polyclinic:*:*'],
    client_clinic: clinic,
    client_roles: ['system'],
  };
}

function appClient(port: number): Record<string, unknown> {
  return {
    client_name: 'Demo app',
    application_type: 'web',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    // The documented address works on whatever port the clinic runs.
    redirect_uris: [...new Set([8080, port])].map((each) => `http://127.0.0.1:${each}/callback`),
    post_logout_redirect_uris: [`http://127.0.0.1:${port}/`],
    token_endpoint_auth_method: 'none',
    allowed_scopes: ['patient/*.cruds', 'user/*.cruds', 'polyclinic:*:*'],
    first_party: true,
  };
}
