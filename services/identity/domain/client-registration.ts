// What a program may be registered as, in the words of https://www.rfc-editor.org/rfc/rfc7591#section-2
import { parseScope } from '@polyclinic/access';
import { SESSION_SCOPES } from './requested-scopes.ts';

export interface ClientRegistration {
  readonly client_name: string;
  readonly redirect_uris: readonly string[];
  readonly grant_types: readonly string[];
  readonly response_types: readonly string[];
  readonly token_endpoint_auth_method: string;
  readonly application_type: 'web' | 'native';
  readonly jwks_uri?: string;
  readonly jwks?: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  /** What it may ask for at most, beside the scopes about the session. */
  readonly allowed_scopes: readonly string[];
}

export interface RegistrationFault {
  readonly error: 'invalid_client_metadata' | 'invalid_redirect_uri';
  readonly why: string;
}

type Outcome = { readonly registration: ClientRegistration } | RegistrationFault;

/** What a program may sign its assertions with. SMART wants 384; the others are what plain OAuth libraries use. */
export const ASSERTION_ALGORITHMS = ['RS384', 'ES384', 'RS256', 'ES256'] as const;

const GRANTS = ['authorization_code', 'refresh_token', 'client_credentials'];
const METHODS = ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'];
const MOST = 20;

const fault = (why: string, error: RegistrationFault['error'] = 'invalid_client_metadata'): RegistrationFault => ({
  error,
  why,
});

/** Members that mean nothing here are ignored, as the RFC has it; what is returned is what was understood. */
export function readRegistration(given: Readonly<Record<string, unknown>>): Outcome {
  const name = given['client_name'];
  if (typeof name !== 'string' || name.trim() === '' || name.length > 100) return fault('client_name is needed');
  const redirects = texts(given['redirect_uris'] ?? []);
  const grants = texts(given['grant_types'] ?? ['authorization_code']);
  const method = given['token_endpoint_auth_method'] ?? 'client_secret_basic';
  if (redirects === null) return fault('redirect_uris must be a list of texts', 'invalid_redirect_uri');
  if (grants === null || grants.length === 0 || !grants.every((grant) => GRANTS.includes(grant)))
    return fault(`grant_types must be out of ${GRANTS.join(', ')}`);
  if (typeof method !== 'string' || !METHODS.includes(method))
    return fault(`token_endpoint_auth_method must be one of ${METHODS.join(', ')}`);

  const signsPeopleIn = grants.includes('authorization_code');
  const actsAlone = grants.includes('client_credentials');
  if (signsPeopleIn && actsAlone) return fault('one registration acts for people or for itself, not for both');
  if (!signsPeopleIn && grants.includes('refresh_token')) return fault('refresh_token goes with authorization_code');
  if (actsAlone && method === 'none') return fault('a program acting for itself must prove itself');
  if (signsPeopleIn !== redirects.length > 0)
    return fault('redirect_uris go with authorization_code', 'invalid_redirect_uri');
  if (!redirects.every(isRedirect))
    return fault('redirect_uris must be https, or http on a loopback address', 'invalid_redirect_uri');

  const scopes = typeof given['scope'] === 'string' ? given['scope'].split(' ').filter((scope) => scope !== '') : [];
  const unknown = scopes.find((scope) => !isScope(scope, actsAlone));
  if (unknown !== undefined) return fault(`scope ${unknown.slice(0, 80)} is none this program could have`);
  const keys = readKeys(given, method === 'private_key_jwt');
  if ('error' in keys) return keys;
  return {
    registration: {
      ...{ client_name: name.trim(), redirect_uris: redirects, grant_types: grants },
      ...{ response_types: signsPeopleIn ? ['code'] : [], token_endpoint_auth_method: method },
      application_type: redirects.some((uri) => uri.startsWith('http:')) ? 'native' : 'web',
      ...keys,
      allowed_scopes: scopes.filter((scope) => !(SESSION_SCOPES as readonly string[]).includes(scope)),
    },
  };
}

function readKeys(
  given: Readonly<Record<string, unknown>>,
  needed: boolean,
): Pick<ClientRegistration, 'jwks' | 'jwks_uri'> | RegistrationFault {
  const { jwks_uri: uri, jwks } = given;
  if (!needed) return uri === undefined && jwks === undefined ? {} : fault('keys go with private_key_jwt');
  if ((uri === undefined) === (jwks === undefined)) return fault('private_key_jwt needs either jwks or jwks_uri');
  if (uri !== undefined)
    return typeof uri === 'string' && URL.parse(uri)?.protocol === 'https:' && uri.length <= 500
      ? { jwks_uri: uri }
      : fault('jwks_uri must be an https address');
  const keys = (jwks as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys) || keys.length === 0 || keys.length > MOST) return fault('jwks must hold keys');
  const ids = keys.map((key: Readonly<Record<string, unknown>> | null) => key?.['kid']);
  if (!keys.every(isPublicKey)) return fault('jwks must hold public RSA or EC keys, each with a kid');
  if (new Set(ids).size !== ids.length) return fault('each key needs a kid of its own');
  return { jwks: { keys } };
}

function isPublicKey(key: unknown): key is Readonly<Record<string, unknown>> {
  if (typeof key !== 'object' || key === null || 'd' in key || 'k' in key) return false;
  const { kty, kid } = key as Readonly<Record<string, unknown>>;
  return (kty === 'RSA' || kty === 'EC') && typeof kid === 'string' && kid !== '';
}

function isRedirect(uri: string): boolean {
  const url = URL.parse(uri);
  if (url === null || uri.length > 500 || url.hash !== '' || url.username !== '' || uri.includes('*')) return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && /^(127\.0\.0\.1|\[::1\])$/.test(url.hostname));
}

function isScope(scope: string, actsAlone: boolean): boolean {
  if ((SESSION_SCOPES as readonly string[]).includes(scope)) return !actsAlone;
  const grant = parseScope(scope);
  return grant !== null && (grant.context === 'system') === actsAlone;
}

const texts = (value: unknown): string[] | null =>
  Array.isArray(value) && value.length <= MOST && value.every((item) => typeof item === 'string') ? value : null;
