// Takes the order for a letter: one row, whoever it is for. What is in it is decided when it is sent.
import { randomBytes, randomUUID } from 'node:crypto';
import type { LetterKind } from '../domain/letters.ts';
import type { IdentityStore } from '../store.ts';
import { attemptKey, countAttempts } from './count-attempts.ts';

export interface LetterOrder {
  readonly kind: LetterKind;
  /** Folded, as `emailAddress` returns it. */
  readonly address: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Letters per hour that strangers can cause. */
const LIMITS = {
  /** To one mailbox: beyond, asking is answered the same and nothing is sent. */
  mailbox: 5,
  /** From one network address, which a clinic's staff may share. */
  from: 50,
} as const;

export async function orderLetter({ sql, now }: IdentityStore, { kind, address, details }: LetterOrder): Promise<void> {
  await sql.query(
    `insert into identity.letter_order (id, kind, address, details, token, due_at)
     values ($1, $2, $3, $4::jsonb, $5, $6)`,
    [randomUUID(), kind, address, JSON.stringify(details ?? {}), randomBytes(32).toString('base64url'), now()],
  );
}

/** For letters that nobody who is signed in asked for. False: too many from this network address. */
export async function orderForStranger(store: IdentityStore, order: LetterOrder, from: string): Promise<boolean> {
  const [mailbox, place] = [attemptKey('letters-to', order.address), attemptKey('letters-from', from)];
  const attempts = await countAttempts(store, [mailbox, place]);
  if ((attempts.get(place) ?? 0) > LIMITS.from) return false;
  if ((attempts.get(mailbox) ?? 0) <= LIMITS.mailbox) await orderLetter(store, order);
  return true;
}
