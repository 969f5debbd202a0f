// Values that PostgreSQL can't hold, told to whoever sent them. Validation stops nearly all of them before.
// Codes: https://www.postgresql.org/docs/current/errcodes-appendix.html
import { type Refusal, refuse } from '@polyclinic/kit';

/** null where the error is not about the data of a single resource. */
export function refusalForData(error: unknown): Refusal | null {
  const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
  const refusal = told(code);
  if (refusal !== null) refusal.cause = error;
  return refusal;
}

/** Another transaction held the same key for too long. */
export const isLockTimeout = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === '55P03';

function told(code: string): Refusal | null {
  // Not in UTF-8, or with U+0000 in it.
  if (code === '22021' || code === '22P05')
    return refuse('value', 'The resource contains characters that can not be stored.', { status: 400 });
  if (code.startsWith('54')) return refuse('too-long', 'A value in the resource is longer than can be stored.');
  if (code.startsWith('22') || code.startsWith('23'))
    return refuse('value', 'The resource contains a value that can not be stored.');
  return null;
}
