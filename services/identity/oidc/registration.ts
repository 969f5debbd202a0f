// What a client's registration says beyond the standard's metadata.
import type { Client } from 'oidc-provider';

/** The names of our own metadata, as stored. */
export const OWN_METADATA = ['allowed_scopes', 'first_party', 'client_clinic', 'client_roles', 'token_life'];

export interface Registration {
  /** The most it may ask for: SMART scopes and `polyclinic:` permissions. */
  readonly allowedScopes: readonly string[];
  /** Part of Polyclinic itself: people are not asked whether they trust it. */
  readonly firstParty: boolean;
  /** The clinic a program acting for itself works in; null when it never does. */
  readonly clinic: number | null;
  readonly roles: readonly string[];
  /** Seconds its access tokens live. */
  readonly tokenLife: number | null;
}

export function registrationOf(client: Client): Registration {
  const { allowed_scopes, first_party, client_clinic, client_roles, token_life } = client as unknown as Record<
    string,
    unknown
  >;
  return {
    allowedScopes: texts(allowed_scopes),
    firstParty: first_party === true,
    clinic: typeof client_clinic === 'number' ? client_clinic : null,
    roles: texts(client_roles),
    tokenLife: typeof token_life === 'number' && token_life > 0 ? token_life : null,
  };
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
