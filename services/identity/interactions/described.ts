// What the pages of a sign-in stand on, and say about the app that asked.
import type { IncomingMessage } from 'node:http';
import type Provider from 'oidc-provider';
import { errors } from 'oidc-provider';
import type { SecondFactorPolicy } from '../commands/sign-in-step.ts';
import { registrationOf } from '../oidc/registration.ts';
import { INTERACTION } from '../oidc/routes.ts';
import { formTarget } from '../pages/page.ts';
import type { Passwords } from '../passwords.ts';
import type { SignInEvent } from '../sign-in-event.ts';
import type { IdentityStore } from '../store.ts';

export interface InteractionRooms {
  readonly provider: Provider;
  readonly store: IdentityStore;
  readonly passwords: Passwords;
  readonly secondFactor: SecondFactorPolicy;
  readonly audience: string;
  readonly origin: string;
  readonly addressOf: (req: IncomingMessage) => string;
  readonly onEvent: (event: SignInEvent) => void;
}

export type Details = Awaited<ReturnType<Provider['interactionDetails']>>;

export async function describe(provider: Provider, { uid, params }: Details) {
  const client = await provider.Client.find(String(params['client_id']));
  if (client === undefined) throw new errors.SessionNotFound('the client is gone');
  return {
    action: `${INTERACTION}/${uid}`,
    clientId: client.clientId,
    client: client.clientName ?? client.clientId,
    firstParty: registrationOf(client).firstParty,
    leadsTo: formTarget(String(params['redirect_uri'] ?? '')),
  };
}
