// The pages between an app asking for somebody and getting an answer: sign in, and consent where it is needed.
// The interaction cookie ties each page to the browser that began; a form from elsewhere comes without it.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from '@polyclinic/kit';
import { errors } from 'oidc-provider';
import { INTERACTION } from '../oidc/routes.ts';
import { consentPage } from '../pages/consent-page.ts';
import { troublePage } from '../pages/notice-pages.ts';
import { cameFromHere, send } from './answer.ts';
import { type Details, describe, type InteractionRooms } from './described.ts';
import { readForm } from './form.ts';
import { allow } from './grant.ts';
import { login } from './login.ts';

const PATH = new RegExp(`^${INTERACTION}/[\\w-]{1,64}$`);

/** Answers requests below `/oidc/interaction`. */
export async function handleInteraction(
  rooms: InteractionRooms,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  try {
    const path = (req.url ?? '').split('?')[0] ?? '';
    if (!PATH.test(path)) return send(res, 404, troublePage('There is no such page.'));
    if (req.method !== 'GET' && req.method !== 'HEAD' && req.method !== 'POST')
      return send(res, 405, troublePage('This page can only be opened or posted.'));
    if (req.method === 'POST' && !cameFromHere(rooms.origin, req))
      return send(res, 403, troublePage('The form came from another site.'));
    const details = await rooms.provider.interactionDetails(req, res);
    if (!path.endsWith(`/${details.uid}`)) throw new errors.SessionNotFound('another interaction');
    if (details.prompt.name === 'login') await login(rooms, details, req, res);
    else await consent(rooms, details, req, res);
  } catch (error) {
    if (error instanceof errors.SessionNotFound)
      return send(res, 400, troublePage('This page was opened too long ago, or in another browser.'));
    if (error instanceof Refusal) return send(res, error.status, troublePage(error.message));
    throw error;
  }
}

async function consent(
  rooms: InteractionRooms,
  details: Details,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const page = await describe(rooms.provider, details);
  const scope = String(details.params['scope'] ?? '');
  if (!page.firstParty) {
    if (req.method !== 'POST') return send(res, 200, consentPage({ ...page, scopes: scope.split(' ') }));
    const decision = (await readForm(req)).get('decision');
    if (decision !== 'allow') {
      const refused = { error: 'access_denied', error_description: 'the person did not allow it' };
      return await rooms.provider.interactionFinished(req, res, refused, { mergeWithLastSubmission: false });
    }
  }
  const accountId = details.session?.accountId;
  if (accountId === undefined) throw new errors.SessionNotFound('nobody is signed in');
  const grantId = await allow(rooms.provider, rooms.audience, {
    accountId,
    clientId: page.clientId,
    scope,
    ...(details.grantId === undefined ? {} : { grantId: details.grantId }),
  });
  await rooms.provider.interactionFinished(req, res, { consent: { grantId } }, { mergeWithLastSubmission: true });
}
