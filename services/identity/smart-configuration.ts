// The document an app reads first: https://hl7.org/fhir/smart-app-launch/conformance.html

import { ASSERTION_ALGORITHMS } from './domain/client-registration.ts';
import { SESSION_SCOPES } from './domain/requested-scopes.ts';
import { REGISTRATION, ROUTES } from './oidc/routes.ts';

/** `<base>/fhir/R4/.well-known/smart-configuration`. */
export function smartConfiguration(baseUrl: string): Readonly<Record<string, unknown>> {
  return {
    issuer: baseUrl,
    jwks_uri: baseUrl + ROUTES.jwks,
    authorization_endpoint: baseUrl + ROUTES.authorization,
    token_endpoint: baseUrl + ROUTES.token,
    introspection_endpoint: baseUrl + ROUTES.introspection,
    revocation_endpoint: baseUrl + ROUTES.revocation,
    registration_endpoint: baseUrl + REGISTRATION,
    userinfo_endpoint: baseUrl + ROUTES.userinfo,
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: [...ASSERTION_ALGORITHMS],
    grant_types_supported: ['authorization_code', 'refresh_token', 'client_credentials'],
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
    scopes_supported: [...SESSION_SCOPES, 'patient/*.rs', 'user/*.cruds', 'system/*.cruds'],
    capabilities: [
      'launch-standalone',
      'client-public',
      'client-confidential-symmetric',
      'client-confidential-asymmetric',
      'sso-openid-connect',
      'context-standalone-patient',
      'permission-offline',
      'permission-online',
      'permission-patient',
      'permission-user',
      'permission-v1',
      'permission-v2',
    ],
  };
}
