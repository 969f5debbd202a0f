// Introspection, revocation and userinfo for signed access tokens. The provider knows these endpoints for stored
// tokens only, so a signed one is verified here, then presented to it under its id as if it had been stored.
import { AsyncLocalStorage } from 'node:async_hooks';
import { parse, stringify } from 'node:querystring';
import type { JWTPayload } from 'jose';
import type { AdapterPayload, KoaContextWithOIDC } from 'oidc-provider';
import { readBody } from './read-body.ts';

interface Presented {
  readonly model: string;
  readonly id: string;
  readonly payload: AdapterPayload;
}

const PRESENTED = new AsyncLocalStorage<Presented>();

/** The verified token of the request under way, when it is of this model and id. */
export function presentedToken(model: string, id: string): AdapterPayload | undefined {
  const presented = PRESENTED.getStore();
  return presented?.model === model && presented.id === id ? presented.payload : undefined;
}

export interface PresentingOptions {
  readonly verify: (token: string) => Promise<JWTPayload | null>;
  readonly routes: { readonly introspection: string; readonly revocation: string; readonly userinfo: string };
}

const SIGNED = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Middleware to run before the provider's own. */
export function presentSignedTokens(options: PresentingOptions) {
  const { routes } = options;
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    if (ctx.path === routes.userinfo) return await presentHeader(ctx, next);
    if (ctx.method === 'POST' && (ctx.path === routes.introspection || ctx.path === routes.revocation))
      return await presentBody(ctx, next);
    await next();
  };

  async function presentHeader(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
    const [scheme, token] = (ctx.headers.authorization ?? '').split(' ');
    const presented = scheme?.toLowerCase() === 'bearer' && token ? await verified(token) : null;
    if (presented === null) return await next();
    // Userinfo answers for tokens without an audience only; this one's was checked above.
    const { aud: _, ...payload } = presented.payload;
    ctx.req.headers.authorization = `Bearer ${presented.id}`;
    await PRESENTED.run({ ...presented, payload }, next);
  }

  async function presentBody(ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> {
    if (!ctx.is('application/x-www-form-urlencoded')) return await next();
    const body = await readBody(ctx.req);
    if (body === null) {
      ctx.status = 413;
      return;
    }
    const form = parse(body.toString());
    const token = typeof form.token === 'string' ? form.token : '';
    const presented = SIGNED.test(token) ? await verified(token) : null;
    // A signed token that is not good is as unknown as any other.
    if (SIGNED.test(token)) form.token = presented?.id ?? 'unknown';
    replay(ctx, Buffer.from(stringify(form)));
    if (presented === null) return await next();
    await PRESENTED.run(presented, next);
  }

  async function verified(token: string): Promise<Presented | null> {
    const payload = await options.verify(token);
    return payload && asStored(payload);
  }
}

/** The token as the provider would have stored it: with a grant it is a user's, without one a client's own. */
function asStored({ jti, sub, iat, exp, scope, aud, client_id, iss: _, grant, ...extra }: JWTPayload): Presented {
  const model = grant === undefined ? 'ClientCredentials' : 'AccessToken';
  const payload = {
    jti,
    kind: model,
    iat,
    exp,
    scope,
    aud,
    clientId: client_id,
    extra,
    ...(grant === undefined ? {} : { accountId: sub, grantId: grant, claims: {} }),
  };
  return { model, id: String(jti), payload: payload as unknown as AdapterPayload };
}

// The provider reads the body itself; give it one to read again.
function replay(ctx: KoaContextWithOIDC, body: Buffer): void {
  ctx.req.headers['content-length'] = String(body.length);
  delete ctx.req.headers['transfer-encoding'];
  Object.defineProperties(ctx.req, {
    readable: { value: true },
    iterator: {
      value: async function* () {
        yield body;
      },
    },
  });
}
