// Codes for the day the phone is gone: written down once, used once. 80 random bits, so a fast hash will do.
import { createHash } from 'node:crypto';

/** Without the letters and digits that look alike. */
const SIGNS = 'abcdefghjkmnpqrstuvwxyz23456789'.padEnd(32, '4');
const LENGTH = 16;
export const CODES_AT_ONCE = 10;
/** Random bytes for all of them. */
export const BYTES_FOR_CODES = LENGTH * CODES_AT_ONCE;

export function recoveryCodesFrom(bytes: Uint8Array): string[] {
  const signs = [...bytes.subarray(0, BYTES_FOR_CODES)].map((byte) => SIGNS[byte & 31]).join('');
  return Array.from({ length: CODES_AT_ONCE }, (_, at) => {
    const code = signs.slice(at * LENGTH, (at + 1) * LENGTH);
    return code.replace(/(.{4})(?=.)/g, '$1-');
  });
}

/** However it was typed. */
export const hashOfRecoveryCode = (code: string): string =>
  createHash('sha256')
    .update(code.toLowerCase().replace(/[^a-z0-9]/g, ''))
    .digest('base64url');
