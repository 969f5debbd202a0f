// The keys that sign tokens and the secret that signs cookies: made once per deployment, shared by all its processes.
import { randomBytes } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JSONWebKeySet, type JWK } from 'jose';
import type { IdentityStore } from '../store.ts';

export interface SigningKeys {
  readonly privateKeys: { readonly keys: JWK[] };
  readonly publicKeys: JSONWebKeySet;
}

/** ES256 signs access tokens; RS256 signs ID tokens, as clients may expect by default. */
const ALGORITHMS = ['ES256', 'RS256'] as const;

/** Reads the signing keys, newest first, after making those that are missing. */
export async function loadSigningKeys(store: IdentityStore): Promise<SigningKeys> {
  const known = await readKeys(store);
  const missing = ALGORITHMS.filter((algorithm) => !known.some(({ alg }) => alg === algorithm));
  // Two processes may both make a first key; the primary key lets one through, and both read that one.
  for (const algorithm of missing)
    await store.sql.query(
      `insert into identity.signing_key (algorithm, generation, private_jwk, created_at) values ($1, 1, $2::jsonb, $3)
       on conflict (algorithm, generation) do nothing`,
      [algorithm, JSON.stringify(await makeKey(algorithm)), store.now()],
    );
  const keys = missing.length === 0 ? known : await readKeys(store);
  return { privateKeys: { keys }, publicKeys: { keys: keys.map(publicPart) } };
}

async function readKeys({ sql }: IdentityStore): Promise<JWK[]> {
  const { rows } = await sql.query<{ private_jwk: JWK }>(
    'select private_jwk from identity.signing_key order by algorithm, generation desc',
  );
  return rows.map(({ private_jwk }) => private_jwk);
}

async function makeKey(algorithm: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true, modulusLength: 2048 });
  const jwk = await exportJWK(privateKey);
  return { ...jwk, alg: algorithm, use: 'sig', kid: await calculateJwkThumbprint(jwk) };
}

// Named one by one: a private member that is new to the format can't slip through.
function publicPart(key: JWK): JWK {
  const part: Record<string, string> = {};
  for (const name of ['kty', 'kid', 'alg', 'use', 'crv', 'x', 'y', 'n', 'e'] as const) {
    const value = key[name];
    if (typeof value === 'string') part[name] = value;
  }
  return part as unknown as JWK;
}

/** The secrets under a name, newest first, after making the first. */
export async function loadSharedSecret({ sql, now }: IdentityStore, name: string): Promise<string[]> {
  await sql.query(
    `insert into identity.shared_secret (name, generation, value, created_at) values ($1, 1, $2, $3)
     on conflict (name, generation) do nothing`,
    [name, randomBytes(32).toString('base64url'), now()],
  );
  const { rows } = await sql.query<{ value: string }>(
    'select value from identity.shared_secret where name = $1 order by generation desc',
    [name],
  );
  return rows.map(({ value }) => value);
}
