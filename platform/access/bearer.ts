// The Authorization header and its answer: https://www.rfc-editor.org/rfc/rfc6750

const BEARER = /^Bearer ([A-Za-z0-9\-._~+/]{1,8192}=*)$/i;

/** The token of an Authorization header, null when there is none to speak of. */
export function bearerToken(authorization: string | undefined): string | null {
  return authorization === undefined ? null : (BEARER.exec(authorization)?.[1] ?? null);
}

/**
 * The WWW-Authenticate value of a refused request. Without `error` for a request that brought no token at all:
 * https://www.rfc-editor.org/rfc/rfc6750#section-3.1
 */
export function bearerChallenge(error?: 'invalid_token' | 'insufficient_scope', scope?: string): string {
  const parts = ['realm="polyclinic"'];
  if (error !== undefined) parts.push(`error="${error}"`);
  if (scope !== undefined) parts.push(`scope="${scope.replace(/[^!#-[\]-~ ]/g, '')}"`);
  return `Bearer ${parts.join(', ')}`;
}
