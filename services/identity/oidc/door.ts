// The provider at work with one set of keys.
import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import type { SigningKeys } from './keys.ts';
import { createProvider, type ProviderRooms } from './provider.ts';

export interface Door {
  readonly provider: Provider;
  readonly keys: SigningKeys;
  answer(req: IncomingMessage, res: ServerResponse): Promise<void>;
}

export function openDoor(rooms: ProviderRooms, onDefect: (error: unknown) => void): Door {
  const provider = createProvider(rooms);
  provider.on('server_error', (_ctx, error) => onDefect(error));
  (provider as EventEmitter).on('error', onDefect);
  return { provider, keys: rooms.keys, answer: provider.callback() };
}
