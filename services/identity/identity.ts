// Everything of identity that speaks HTTP, ready to be mounted in whichever server answers the public door.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Mail } from '@polyclinic/mail';
import type { Sql } from '@polyclinic/postgres';
import type { JSONWebKeySet } from 'jose';
import { handleAccount } from './account/account.ts';
import { registerAccountPages } from './account/signed-in.ts';
import { inviteFirstAdmin } from './commands/invite.ts';
import { purgeExpired } from './commands/purge-expired.ts';
import type { InteractionRooms } from './interactions/described.ts';
import { handleInteraction } from './interactions/interactions.ts';
import { openDoor } from './oidc/door.ts';
import { beginNextKeys, loadSharedSecret, loadSigningKeys, type SigningKeys } from './oidc/keys.ts';
import { publicFetch } from './oidc/public-fetch.ts';
import { ACCOUNT, INTERACTION, PREFIXES } from './oidc/routes.ts';
import { createPasswords, type Passwords } from './passwords.ts';
import { openPostOffice, type PostOffice } from './post-office.ts';
import type { SignInEvent } from './sign-in-event.ts';
import { createIdentityStore, type IdentityStore } from './store.ts';

export interface IdentityOptions {
  /** A pool whose role may use the schema `identity`, brought up to date. */
  readonly pool: Sql;
  /** How the world reaches Polyclinic, without a slash at the end: the issuer of all tokens. */
  readonly baseUrl: string;
  readonly now: () => Date;
  /** How letters to people travel. Its owner closes it, after this. */
  readonly mail: Mail;
  /** Whoever is invited as the first admin, as long as there is none. */
  /** Whether admins need a second factor: always, but where everybody knows the passwords anyway. */
  readonly secondFactorForAdmins?: boolean;
  /** How clients' keys are fetched: from public addresses only, unless given. */
  readonly fetchKeys?: typeof fetch;
  readonly firstAdmin?: string | null;
  /** True only behind a proxy of our own that sets X-Forwarded-For: the last address in it is then the caller's. */
  readonly trustProxy?: boolean;
  /** Told of every attempt to sign in. */
  readonly onEvent?: (event: SignInEvent) => void;
  /** Told of defects, which callers only see as 500. */
  readonly onDefect?: (error: unknown) => void;
}

export interface Identity {
  readonly store: IdentityStore;
  readonly passwords: Passwords;
  readonly postOffice: PostOffice;
  /** The paths it answers, with everything below them. */
  readonly routes: readonly string[];
  /** Whether `handle` answers this path (without query). */
  answers(path: string): boolean;
  handle(req: IncomingMessage, res: ServerResponse): void;
  /** The public keys of access tokens. */
  jwks(): JSONWebKeySet;
  /** Takes up keys that were made or retired since, as it does by itself every minute. */
  renewKeys(): Promise<void>;
  /** Makes new keys now; they sign after their time of being published. */
  rotateKeys(): Promise<void>;
  close(): Promise<void>;
}

const PURGE_EVERY_MS = 5 * 60_000;
/** Far more often than keys are published before they sign. */
const KEYS_EVERY_MS = 60_000;

export async function createIdentity(options: IdentityOptions): Promise<Identity> {
  const { pool, now, mail, trustProxy = false, onDefect = () => {}, onEvent = () => {} } = options;
  const base = new URL(options.baseUrl);
  const baseUrl = base.origin;
  const audience = `${baseUrl}/fhir/R4`;
  const store = createIdentityStore(pool, now);
  const passwords = createPasswords();
  const cookieKeys = await loadSharedSecret(store, 'cookies');
  await registerAccountPages(store, baseUrl);
  if (options.firstAdmin) await inviteFirstAdmin(store, options.firstAdmin);
  const fetchKeys = options.fetchKeys ?? publicFetch;
  const open = (keys: SigningKeys) => openDoor({ store, baseUrl, audience, keys, cookieKeys, fetchKeys }, onDefect);
  let door = open(await loadSigningKeys(store));
  // Everything the provider knows is in the database, so another with other keys goes on where this one was.
  const renewKeys = async () => {
    const keys = await loadSigningKeys(store);
    if (JSON.stringify(keys.publicKeys) !== JSON.stringify(door.keys.publicKeys)) door = open(keys);
  };
  const addressOf = (req: IncomingMessage) => callerAddress(req, trustProxy);
  const secondFactor = { neededByAdmins: options.secondFactorForAdmins ?? true };
  const rooms: InteractionRooms = {
    secondFactor,
    get provider() {
      return door.provider;
    },
    store,
    passwords,
    audience,
    origin: baseUrl,
    addressOf,
    onEvent,
  };

  const postOffice = openPostOffice({ store, mail, baseUrl, onDefect });
  const timers = [
    setInterval(() => void purgeExpired(store).catch(onDefect), PURGE_EVERY_MS),
    setInterval(() => void renewKeys().catch(onDefect), KEYS_EVERY_MS),
  ];
  for (const timer of timers) timer.unref();

  return {
    store,
    passwords,
    postOffice,
    routes: PREFIXES,
    answers: (path) => PREFIXES.some((prefix) => path === prefix || path.startsWith(`${prefix}/`)),
    handle(req, res) {
      // The provider makes links from these; a forged Host must not turn up in one.
      req.headers['x-forwarded-host'] = base.host;
      req.headers['x-forwarded-proto'] = base.protocol.slice(0, -1);
      const path = (req.url ?? '').split('?')[0] ?? '';
      const page = path.startsWith(`${INTERACTION}/`)
        ? handleInteraction
        : path === ACCOUNT || path.startsWith(`${ACCOUNT}/`)
          ? handleAccount
          : null;
      if (page === null) return void door.answer(req, res);
      page(rooms, req, res).catch((error: unknown) => {
        onDefect(error);
        if (!res.headersSent) res.writeHead(500, { 'content-type': 'text/plain; charset=utf-8' });
        res.end('Something went wrong on our side. Please try again.\n');
      });
    },
    jwks: () => door.keys.publicKeys,
    renewKeys,
    rotateKeys: async () => {
      await beginNextKeys(store);
      await renewKeys();
    },
    close: async () => {
      timers.forEach(clearInterval);
      await postOffice.close();
    },
  };
}

function callerAddress(req: IncomingMessage, trustProxy: boolean): string {
  const forwarded = trustProxy ? req.headers['x-forwarded-for'] : undefined;
  const last = (Array.isArray(forwarded) ? forwarded.join(',') : forwarded)?.split(',').at(-1)?.trim();
  return last || (req.socket.remoteAddress ?? 'unknown');
}
