// Ends one sign-in of a person, with every app that used it: a browser left open somewhere, a phone that is gone.
import type { IdentityStore } from '../store.ts';
import { endGrant } from './revoke.ts';

/** Only ever the account's own: the id of somebody else's does nothing. */
export async function endSession(store: IdentityStore, accountId: string, sessionId: string): Promise<void> {
  const { rows } = await store.sql.query<{ grant: string }>(
    `with gone as (
       delete from identity.oidc_entry where model = 'Session' and account_id = $1 and uid = $2 returning payload
     )
     select used.value ->> 'grantId' as grant
       from gone, jsonb_each(coalesce(gone.payload -> 'authorizations', '{}')) as used
      where used.value ->> 'grantId' is not null`,
    [accountId, sessionId],
  );
  for (const { grant } of rows) await endGrant(store, grant);
}

/** Takes back what a person allowed an app, wherever it runs. */
export async function endApp(store: IdentityStore, accountId: string, grantId: string): Promise<void> {
  const { rows } = await store.sql.query(
    `select 1 from identity.oidc_entry where model = 'Grant' and account_id = $1 and id = $2`,
    [accountId, grantId],
  );
  if (rows.length > 0) await endGrant(store, grantId);
}
