// Programs registered over HTTP, by whoever holds an admin's token: https://www.rfc-editor.org/rfc/rfc7591#section-3
import { mayCall } from '@polyclinic/access';
import type { Subject } from '@polyclinic/kit';
import type { JWTPayload } from 'jose';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { registerClient } from '../commands/register-client.ts';
import { readRegistration } from '../domain/client-registration.ts';
import type { IdentityStore } from '../store.ts';
import { readBody } from './read-body.ts';

const NEEDED = 'polyclinic:clients:write';

/** Middleware to run before the provider's own. */
export function registerEndpoint(rooms: {
  readonly store: IdentityStore;
  readonly path: string;
  readonly verify: (token: string) => Promise<JWTPayload | null>;
}) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    if (ctx.path !== rooms.path) return await next();
    ctx.set('cache-control', 'no-store');
    if (ctx.method !== 'POST') return fail(ctx, 405, 'invalid_request', 'a registration is posted');
    const [scheme, token] = (ctx.headers.authorization ?? '').split(' ');
    const payload = scheme?.toLowerCase() === 'bearer' && token ? await rooms.verify(token) : null;
    if (payload === null) return challenge(ctx, 401, 'invalid_token');
    const asker = subjectOf(payload);
    // A program that acts for itself makes no further programs, whatever it may do otherwise.
    if (!asker.roles.includes('admin') || !mayCall(asker, NEEDED)) return challenge(ctx, 403, 'insufficient_scope');
    if (!ctx.is('application/json')) return fail(ctx, 415, 'invalid_request', 'a registration is JSON');
    const given = asObject(await readBody(ctx.req));
    if (given === null) return fail(ctx, 400, 'invalid_client_metadata', 'a registration is a JSON object');
    const outcome = readRegistration(given);
    if ('error' in outcome) return fail(ctx, 400, outcome.error, outcome.why);
    const { clientId, secret } = await registerClient(rooms.store, Number(payload['clinic']), outcome.registration);
    const { allowed_scopes, ...told } = outcome.registration;
    ctx.status = 201;
    ctx.body = {
      client_id: clientId,
      ...(secret === null ? {} : { client_secret: secret, client_secret_expires_at: 0 }),
      ...told,
      scope: allowed_scopes.join(' '),
    };
  };
}

const subjectOf = ({ sub, client_id, clinic, roles, scope }: JWTPayload): Subject => ({
  ...{ id: String(sub), client: String(client_id), clinic: Number(clinic) },
  roles: Array.isArray(roles) ? roles.map(String) : [],
  scopes: typeof scope === 'string' ? scope.split(' ') : [],
});

function asObject(body: Buffer | null): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(body?.toString() ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : null;
  } catch {
    return null;
  }
}

function challenge(ctx: KoaContextWithOIDC, status: number, error: string): void {
  ctx.set('www-authenticate', `Bearer error="${error}", scope="${NEEDED}"`);
  fail(ctx, status, error, 'this needs the token of an admin');
}

function fail(ctx: KoaContextWithOIDC, status: number, error: string, why: string): void {
  ctx.status = status;
  ctx.body = { error, error_description: why };
}
