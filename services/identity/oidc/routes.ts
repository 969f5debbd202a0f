// Where everything of identity is found.

export const ROUTES = {
  authorization: '/oidc/authorize',
  token: '/oidc/token',
  jwks: '/oidc/jwks',
  userinfo: '/oidc/userinfo',
  introspection: '/oidc/introspect',
  revocation: '/oidc/revoke',
  end_session: '/oidc/sign-out',
} as const;

/** Where admins register programs: https://www.rfc-editor.org/rfc/rfc7591 */
export const REGISTRATION = '/oidc/register';

export const INTERACTION = '/oidc/interaction';

/** The pages where people look after their own account. */
export const ACCOUNT = '/oidc/account';
export const FORGOT = `${ACCOUNT}/forgot`;
export const REGISTER = `${ACCOUNT}/register`;

/** The paths, and whatever lies below them, that identity answers; the gateway sends it these. */
export const PREFIXES = [
  '/oidc',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
] as const;
