// Which of the requested scopes a client may have: granted ⊆ requested ∩ registered. What is beyond is refused by
// name, never dropped in silence.
import { parseScope, scopeIsAllowed } from '@polyclinic/access';

/** Scopes about the person and the session, open to every client that signs people in. */
export const SESSION_SCOPES = [
  'openid',
  'fhirUser',
  'profile',
  'launch/patient',
  'offline_access',
  'online_access',
] as const;

export type ScopeChoice =
  | { readonly granted: readonly string[]; readonly refused: null }
  | { readonly granted: null; readonly refused: string };

/**
 * @param actsAlone true for a program acting for itself (client credentials): it gets `system/` scopes and no others
 *   of FHIR; a program acting for a person never gets those
 */
export function chooseScopes(
  requested: readonly string[],
  registered: readonly string[],
  actsAlone: boolean,
): ScopeChoice {
  for (const scope of requested) {
    const isSession = (SESSION_SCOPES as readonly string[]).includes(scope);
    const allowed = isSession ? !actsAlone : fits(scope, actsAlone) && scopeIsAllowed(registered, scope);
    if (!allowed) return { granted: null, refused: scope };
  }
  return { granted: requested, refused: null };
}

function fits(scope: string, actsAlone: boolean): boolean {
  const grant = parseScope(scope);
  return grant === null || (grant.context === 'system') === actsAlone;
}
