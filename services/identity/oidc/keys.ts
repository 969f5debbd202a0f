// The keys that sign tokens and the secret that signs cookies: made once per deployment, shared by all its processes.
import { randomBytes } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JSONWebKeySet, type JWK } from 'jose';
import { type KeyAge, planKeys } from '../domain/key-plan.ts';
import type { IdentityStore } from '../store.ts';

export interface SigningKeys {
  readonly privateKeys: { readonly keys: JWK[] };
  readonly publicKeys: JSONWebKeySet;
}

/** ES256 signs access tokens; RS256 signs ID tokens, as clients may expect by default. */
const ALGORITHMS = ['ES256', 'RS256'] as const;

interface Kept extends KeyAge {
  readonly jwk: JWK;
}

/** Reads the signing keys, after making those that are due and dropping those that nobody needs. */
export async function loadSigningKeys(store: IdentityStore): Promise<SigningKeys> {
  const plan = planKeys(await readKeys(store), ALGORITHMS, store.now());
  for (const { algorithm, generation } of plan.due) await keepKey(store, algorithm, generation);
  for (const { algorithm, generation } of plan.retired)
    await store.sql.query('delete from identity.signing_key where algorithm = $1 and generation = $2', [
      algorithm,
      generation,
    ]);
  const { published } = plan.due.length === 0 ? plan : planKeys(await readKeys(store), ALGORITHMS, store.now());
  const keys = published.map(({ jwk }) => jwk);
  return { privateKeys: { keys }, publicKeys: { keys: keys.map(publicPart) } };
}

/**
 * Makes the next key of each kind now, before its time; it signs once all who verify had time to learn of it. Where one
 * waits for that already, none is made: asking often makes no crowd of keys.
 */
export async function beginNextKeys(store: IdentityStore): Promise<void> {
  const { published } = planKeys(await readKeys(store), ALGORITHMS, store.now());
  for (const algorithm of ALGORITHMS) {
    const [signing, ...others] = published.filter((key) => key.algorithm === algorithm);
    const generation = signing?.generation ?? 0;
    if (others.every((other) => other.generation < generation)) await keepKey(store, algorithm, generation + 1);
  }
}

// Two processes may both make the same key; the primary key lets one through, and both read that one.
async function keepKey({ sql, now }: IdentityStore, algorithm: string, generation: number): Promise<void> {
  await sql.query(
    `insert into identity.signing_key (algorithm, generation, private_jwk, created_at) values ($1, $2, $3::jsonb, $4)
     on conflict (algorithm, generation) do nothing`,
    [algorithm, generation, JSON.stringify(await makeKey(algorithm)), now()],
  );
}

async function readKeys({ sql }: IdentityStore): Promise<Kept[]> {
  const { rows } = await sql.query<Kept>(
    `select algorithm, generation, created_at as "createdAt", private_jwk as jwk
       from identity.signing_key order by algorithm, generation desc`,
  );
  return rows;
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
