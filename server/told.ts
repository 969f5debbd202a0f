// An error as one sentence for the person at the terminal; a defect with where it happened, for whoever repairs it.
import { Refusal } from '@polyclinic/kit';

export function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error instanceof Refusal || isSaid(error)) return error.message;
  return error.stack ?? error.message;
}

// What we throw on purpose is whole sentences; what a library or the language throws is not.
const isSaid = (error: Error): boolean => error.constructor === Error && error.message.endsWith('.');
