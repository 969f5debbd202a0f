// Who belongs to a clinic, by name.
import type { IdentityStore } from '../store.ts';

export interface UserOf {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly disabled: boolean;
}

/** One page of people; a part of the name or address narrows it. */
export const USERS_AT_ONCE = 100;

export async function usersOf({ sql }: IdentityStore, clinic: number, part: string): Promise<UserOf[]> {
  const { rows } = await sql.query<UserOf>(
    `select a.id, a.username as email, a.name, m.roles, m.ended_at is not null as disabled
       from identity.membership m join identity.account a on a.id = m.account_id
      where m.clinic = $1 and a.closed_at is null
        and (strpos(lower(a.name), lower($2)) > 0 or strpos(a.username, lower($2)) > 0)
      order by a.name, a.id limit $3`,
    [clinic, part, USERS_AT_ONCE],
  );
  return rows;
}
