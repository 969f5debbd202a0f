// Which database errors are the moment's (try again, simplify) and which are defects. Codes by
// https://www.postgresql.org/docs/current/errcodes-appendix.html
import { Refusal, refuse } from '@polyclinic/kit';

const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';

const CONNECTION_TROUBLE = /^(08|57P0|53300|ECONN|ENOENT|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)/;
// What the driver itself says, which has no code.
const DRIVER_TROUBLE =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout|Client has encountered a connection error|Cannot use a pool after|Client was closed)/;

/** True where the connection, not the statement, is the trouble. */
export function isConnectionTrouble(error: unknown): boolean {
  return CONNECTION_TROUBLE.test(codeOf(error)) || (error instanceof Error && DRIVER_TROUBLE.test(error.message));
}

/** True where the same transaction may well succeed when run again: a deadlock or a serialisation failure. */
export const isWorthRepeating = (error: unknown): boolean => ['40001', '40P01'].includes(codeOf(error));

/** The Refusal that tells a caller of such an error; any other error comes back as it is. The cause stays attached. */
export function told(error: unknown): unknown {
  const refusal = refusalFor(error);
  if (refusal !== null) refusal.cause = error;
  return refusal ?? error;
}

function refusalFor(error: unknown): Refusal | null {
  if (error instanceof Refusal) return null;
  if (isConnectionTrouble(error)) return refuse('transient', 'The database can not be reached at the moment.');
  switch (codeOf(error)) {
    case '57014':
      return refuse('too-costly', 'The request took the database too long; narrow it down.', { status: 503 });
    case '55P03':
      return refuse('transient', 'Somebody else is changing the same thing; try again.');
    case '40001':
    case '40P01':
      return refuse('conflict', 'Another change came in between; try again.');
    case '53100':
    case '53200':
      return refuse('transient', 'The database has no room at the moment.');
    default:
      return null;
  }
}
