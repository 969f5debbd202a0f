// Codes of authenticator apps: six digits, half a minute each, as every app has them: https://www.rfc-editor.org/rfc/rfc6238
import { Secret, TOTP } from 'otpauth';

const PERIOD_MS = 30_000;
/** Clocks may differ by one period. */
const WINDOW = 1;

const totpOf = (secret: string, label = ''): TOTP =>
  new TOTP({ issuer: 'Polyclinic', label, secret: Secret.fromBase32(secret), period: PERIOD_MS / 1000 });

/** The time step that the code belongs to; null when it is the code of none near `at`. */
export function stepOfCode(secret: string, code: string, at: Date): number | null {
  if (!/^\d{6}$/.test(code)) return null;
  const delta = totpOf(secret).validate({ token: code, timestamp: at.getTime(), window: WINDOW });
  return delta === null ? null : Math.floor(at.getTime() / PERIOD_MS) + delta;
}

/** 20 random bytes as apps take them. */
export const secretFrom = (bytes: Uint8Array<ArrayBuffer>): string => new Secret({ buffer: bytes.buffer }).base32;

/** What the app scans. */
export const addressForApp = (secret: string, username: string): string => totpOf(secret, username).toString();
