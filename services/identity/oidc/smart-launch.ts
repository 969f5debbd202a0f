// What SMART App Launch adds to OAuth: https://hl7.org/fhir/smart-app-launch/app-launch.html
import { decodeJwt } from 'jose';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { errors } from 'oidc-provider';

/** An app that means another FHIR server gets no code: else that server could use ours as a source of tokens. */
export function checkAud(audience: string, aud: string | undefined): void {
  if (aud !== undefined && aud.replace(/\/$/, '') !== audience)
    throw new errors.InvalidRequest('aud must be the FHIR base of this server');
}

/**
 * Middleware. Apps ask for `offline_access` as SMART has it, without `prompt=consent` as OpenID Connect wants it;
 * asking for consent on their behalf keeps both true. The token answer names the patient in context.
 */
export function speakSmart(routes: { readonly authorization: string; readonly token: string }) {
  return async (ctx: KoaContextWithOIDC, next: () => Promise<void>): Promise<void> => {
    if (ctx.path === routes.authorization && asks(ctx.query.scope, 'offline_access')) {
      const prompt = typeof ctx.query.prompt === 'string' ? ctx.query.prompt : '';
      if (!asks(prompt, 'consent') && !asks(prompt, 'none'))
        ctx.query = { ...ctx.query, prompt: `${prompt} consent`.trim() };
    }
    await next();
    if (ctx.path === routes.token && ctx.status === 200) addLaunchContext(ctx);
  };
}

const asks = (words: unknown, word: string): boolean => typeof words === 'string' && words.split(' ').includes(word);

function addLaunchContext(ctx: KoaContextWithOIDC): void {
  const body = ctx.body as { access_token?: unknown } | undefined;
  if (typeof body?.access_token !== 'string') return;
  const { patient } = decodeJwt(body.access_token);
  if (typeof patient === 'string') ctx.body = { ...body, patient };
}
