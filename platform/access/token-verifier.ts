// Turns an access token into the Subject it proves: https://www.rfc-editor.org/rfc/rfc9068#section-4
import { hash } from 'node:crypto';
import { refuse, type Subject } from '@polyclinic/kit';
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, type JWTVerifyGetKey, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { RevocationList } from './revocations.ts';

export interface TokenVerifier {
  /** @throws Refusal `login` for every token that is not good, without saying why; `transient` when it can't be told. */
  verify(token: string): Promise<Subject>;
  close(): void;
}

interface Proven {
  readonly subject: Subject;
  readonly token: {
    readonly id: string;
    readonly grant: string | null;
    readonly subject: string;
    readonly issuedAt: number;
  };
  readonly expiresAtMs: number;
}

const SHAPE = /^[\w-]{2,2000}\.[\w-]{2,8000}\.[\w-]{2,1000}$/;
/** Clocks of two machines may differ by this much, in seconds. */
const LEEWAY = 5;
/** New keys are asked for at most this often, however many tokens name keys unknown here. */
const KEYS_EVERY_MS = 5_000;

/**
 * @param keys the public keys of the identity service; asked again when a token names one that is unknown
 * @param revocations absent only where no token can be revoked, as in tests
 * @param cacheSize tokens remembered until they expire: 20,000 take some 20 MB
 */
export function createTokenVerifier(given: {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: () => Promise<JSONWebKeySet>;
  readonly now: () => Date;
  readonly revocations?: RevocationList;
  readonly cacheSize?: number;
}): TokenVerifier {
  const { issuer, audience, now, revocations } = given;
  const proven = new LRUCache<string, Proven>({ max: given.cacheSize ?? 20_000 });
  const keys = keptKeys(given.keys, now);

  const check = async (token: string): Promise<Proven> => {
    if (!SHAPE.test(token)) throw notGood();
    const options = {
      issuer,
      audience,
      typ: 'at+jwt',
      algorithms: ['ES256', 'RS256'],
      clockTolerance: LEEWAY,
      currentDate: now(),
      requiredClaims: ['exp', 'iat', 'jti', 'sub', 'client_id'],
    };
    try {
      return asProven((await jwtVerify(token, keys, options)).payload);
    } catch (error) {
      if (error instanceof errors.JOSEError) throw notGood();
      throw error;
    }
  };

  return {
    async verify(token) {
      if (revocations !== undefined && !revocations.isCurrent()) await catchUp(revocations);
      const digest = hash('sha256', token, 'base64');
      let found = proven.get(digest);
      if (found === undefined) {
        found = await check(token);
        proven.set(digest, found);
      }
      if (found.expiresAtMs + LEEWAY * 1000 <= now().getTime() || revocations?.isRevoked(found.token)) {
        proven.delete(digest);
        throw notGood();
      }
      return found.subject;
    },
    close: () => revocations?.close(),
  };
}

const notGood = () => refuse('login', 'A valid access token is needed.');

async function catchUp(revocations: RevocationList): Promise<void> {
  try {
    await revocations.refresh();
  } catch {
    throw refuse('transient', 'Whether access tokens are still good can not be told at the moment.');
  }
}

type KeyLookup = JWTVerifyGetKey;

function keptKeys(ask: () => Promise<JSONWebKeySet>, now: () => Date): KeyLookup {
  let known: Promise<KeyLookup> | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;
  const renew = () => {
    askedAt = now().getTime();
    known = ask().then(createLocalJWKSet);
    known.catch(() => {
      known = null;
    });
    return known;
  };
  return async (header, jws) => {
    try {
      return await (await (known ?? renew()))(header, jws);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || now().getTime() - askedAt < KEYS_EVERY_MS) throw error;
      return await (await renew())(header, jws);
    }
  };
}

/** The claims as a Subject, each looked at: a token signed for something else is no proof of anything here. */
function asProven(claims: JWTPayload): Proven {
  const { jti, sub, exp, iat, client_id, clinic, roles, scope, fhirUser, patient, grant } = claims;
  if (typeof jti !== 'string' || typeof sub !== 'string' || typeof exp !== 'number' || typeof iat !== 'number')
    throw notGood();
  if (typeof client_id !== 'string' || typeof clinic !== 'number' || !Number.isSafeInteger(clinic) || clinic < 0)
    throw notGood();
  if (!Array.isArray(roles) || !roles.every((role) => typeof role === 'string')) throw notGood();
  const subject: Subject = {
    id: sub,
    client: client_id,
    clinic,
    roles,
    scopes: typeof scope === 'string' ? scope.split(' ').filter(Boolean) : [],
    ...(typeof fhirUser === 'string' ? { fhirUser } : {}),
    ...(typeof patient === 'string' ? { patient } : {}),
  };
  const token = { id: jti, grant: typeof grant === 'string' ? grant : null, subject: sub, issuedAt: iat };
  return { subject: Object.freeze(subject), token, expiresAtMs: exp * 1000 };
}
