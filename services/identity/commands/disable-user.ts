// An admin shuts somebody out of the clinic, or lets the person in again. Other clinics are none of their business.
import { refuse } from '@polyclinic/kit';
import type { IdentityStore } from '../store.ts';
import { endEverythingOf } from './revoke.ts';

interface WhoAndWhere {
  readonly clinic: number;
  readonly id: string;
}

/** @throws Refusal for oneself, so that a clinic always keeps an admin, and for who does not belong to the clinic */
export async function disableUser(store: IdentityStore, { clinic, id }: WhoAndWhere, by: string): Promise<void> {
  if (id === by) throw refuse('business-rule', 'Nobody shuts themselves out. Ask another admin.');
  await mark(store, { clinic, id }, store.now());
  // Tokens of all clinics end: the person signs in again where that is still allowed.
  await endEverythingOf(store, id);
}

/** @throws Refusal for who does not belong to the clinic */
export const enableUser = (store: IdentityStore, whoAndWhere: WhoAndWhere): Promise<void> =>
  mark(store, whoAndWhere, null);

async function mark({ sql }: IdentityStore, { clinic, id }: WhoAndWhere, endedAt: Date | null): Promise<void> {
  const { rows } = await sql.query(
    `update identity.membership set ended_at = $3 where account_id = $1 and clinic = $2 returning account_id`,
    [id, clinic, endedAt],
  );
  if (rows.length === 0) throw refuse('not-found', 'Nobody of this clinic has that id.');
}
