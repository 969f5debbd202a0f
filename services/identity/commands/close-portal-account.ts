// A deleted patient's portal account ends with the record it showed. Doing it twice is the same as once.
import type { IdentityStore } from '../store.ts';
import { endEverythingOf } from './revoke.ts';

export async function closePortalAccount(
  store: IdentityStore,
  { clinic, patient }: { readonly clinic: number; readonly patient: string },
): Promise<void> {
  const { rows } = await store.sql.query<{ account_id: string }>(
    `update identity.membership set ended_at = coalesce(ended_at, $3)
      where clinic = $1 and patient = $2
      returning account_id`,
    [clinic, patient, store.now()],
  );
  for (const { account_id } of rows) await endEverythingOf(store, account_id);
}
