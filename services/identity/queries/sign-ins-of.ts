// Where somebody is signed in, and which apps can go on without asking again.
import type { IdentityStore } from '../store.ts';

export interface SignInOf {
  readonly id: string;
  readonly since: Date;
  readonly apps: readonly string[];
}

export interface AppOf {
  readonly grant: string;
  readonly app: string;
  readonly since: Date;
}

/** More than anybody has; older ones end by themselves. */
const MOST = 50;

export async function signInsOf({ sql, now }: IdentityStore, accountId: string): Promise<SignInOf[]> {
  const { rows } = await sql.query<SignInOf>(
    `select s.uid as id, to_timestamp((s.payload ->> 'loginTs')::bigint) as since,
            array(select coalesce(c.metadata ->> 'client_name', used.key)
                    from jsonb_object_keys(coalesce(s.payload -> 'authorizations', '{}')) as used (key)
                    left join identity.client c on c.id = used.key
                   order by 1 limit 20) as apps
       from identity.oidc_entry s
      where s.model = 'Session' and s.account_id = $1 and s.expires_at > $2
      order by since desc limit $3`,
    [accountId, now(), MOST],
  );
  return rows;
}

/** Grants that a refresh token keeps going. */
export async function appsOf({ sql, now }: IdentityStore, accountId: string): Promise<AppOf[]> {
  const { rows } = await sql.query<AppOf>(
    `select g.id as grant, coalesce(c.metadata ->> 'client_name', g.payload ->> 'clientId') as app,
            to_timestamp((g.payload ->> 'iat')::bigint) as since
       from identity.oidc_entry g
       left join identity.client c on c.id = g.payload ->> 'clientId'
      where g.model = 'Grant' and g.account_id = $1 and g.expires_at > $2
        and exists (select 1 from identity.oidc_entry r
                     where r.model = 'RefreshToken' and r.grant_id = g.id and r.consumed_at is null and r.expires_at > $2)
      order by since desc limit $3`,
    [accountId, now(), MOST],
  );
  return rows;
}
