// Whether an access token that comes back to us is good: signed by us, for this FHIR base, not ended early.
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, errors as jose, jwtVerify } from 'jose';
import { isRevoked } from '../queries/is-revoked.ts';
import type { IdentityStore } from '../store.ts';

export function signedTokenVerifier(options: {
  readonly store: IdentityStore;
  readonly issuer: string;
  readonly audience: string;
  readonly publicKeys: JSONWebKeySet;
}): (token: string) => Promise<JWTPayload | null> {
  const keys = createLocalJWKSet(options.publicKeys);
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keys, {
        issuer: options.issuer,
        audience: options.audience,
        typ: 'at+jwt',
        algorithms: ['ES256', 'RS256'],
        requiredClaims: ['jti', 'sub', 'iat', 'exp', 'client_id'],
        currentDate: options.store.now(),
      });
      const grant = typeof payload['grant'] === 'string' ? payload['grant'] : null;
      const { jti, sub, iat } = payload;
      const presented = { id: String(jti), grant, subject: sub ?? '', issuedAt: iat ?? 0 };
      return (await isRevoked(options.store, presented)) ? null : payload;
    } catch (error) {
      if (error instanceof jose.JOSEError) return null;
      throw error;
    }
  };
}
