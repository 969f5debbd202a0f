// Client secrets are kept as salted hashes. They are long and random, unlike passwords, so a fast hash will do.
import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (salt: string, secret: string): Buffer => createHash('sha256').update(`${salt}.${secret}`).digest();

/** What is kept instead of the secret. The salt comes from the caller, as all randomness does. */
export function hashClientSecret(secret: string, salt: string): string {
  return `sha256.${salt}.${digest(salt, secret).toString('base64url')}`;
}

/** In constant time; false also when what is kept is no such hash. */
export function clientSecretMatches(kept: string, presented: string): boolean {
  const [scheme, salt, expected] = kept.split('.');
  if (scheme !== 'sha256' || salt === undefined || expected === undefined) return false;
  const wanted = Buffer.from(expected, 'base64url');
  const actual = digest(salt, presented);
  return wanted.length === actual.length && timingSafeEqual(wanted, actual);
}
