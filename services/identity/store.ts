// The accounts, memberships and clients in PostgreSQL. Names are qualified, so any pool of this service's role will do.
import type { Sql } from '@polyclinic/postgres';

/** What a person is in one clinic. */
export interface Membership {
  readonly clinic: number;
  readonly roles: readonly string[];
  readonly fhirUser: string | null;
  readonly patient: string | null;
}

/** Somebody who may sign in now, in the clinic with the lowest number of those the person belongs to. */
export interface Account {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly membership: Membership;
}

export interface IdentityStore {
  readonly sql: Sql;
  readonly now: () => Date;
  /** Null also for who is closed or belongs nowhere any more. */
  accountById(id: string): Promise<Account | null>;
  accountByUsername(username: string): Promise<Account | null>;
  /** Replaces what is there under the same username. Returns the account's id. */
  saveAccount(account: Omit<Account, 'membership'>, memberships: readonly Membership[]): Promise<string>;
  client(id: string): Promise<Record<string, unknown> | null>;
  saveClient(id: string, metadata: Readonly<Record<string, unknown>>): Promise<void>;
}

const OPEN_ACCOUNT = `
  select a.id, a.username, a.name, a.password_hash as "passwordHash",
         jsonb_build_object('clinic', m.clinic, 'roles', to_jsonb(m.roles), 'fhirUser', m.fhir_user, 'patient', m.patient)
           as membership
    from identity.account a
    join identity.membership m on m.account_id = a.id and m.ended_at is null
   where a.closed_at is null`;

export function createIdentityStore(sql: Sql, now: () => Date): IdentityStore {
  return {
    sql,
    now,
    async accountById(id) {
      const { rows } = await sql.query<Account>(`${OPEN_ACCOUNT} and a.id = $1 order by m.clinic limit 1`, [id]);
      return rows[0] ?? null;
    },
    async accountByUsername(username) {
      const { rows } = await sql.query<Account>(`${OPEN_ACCOUNT} and a.username = $1 order by m.clinic limit 1`, [
        fold(username),
      ]);
      return rows[0] ?? null;
    },
    saveAccount: (account, memberships) => saveAccount(sql, now(), account, memberships),
    async client(id) {
      const { rows } = await sql.query<{ metadata: Record<string, unknown> }>(
        'select metadata from identity.client where id = $1 and closed_at is null',
        [id],
      );
      return rows[0]?.metadata ?? null;
    },
    async saveClient(id, metadata) {
      await sql.query(
        `insert into identity.client (id, metadata, created_at) values ($1, $2::jsonb, $3)
         on conflict (id) do update set metadata = excluded.metadata`,
        [id, JSON.stringify({ ...metadata, client_id: id }), now()],
      );
    },
  };
}

/** A username as it is kept and compared. */
export const fold = (username: string): string => username.trim().normalize('NFKC').toLowerCase();

// One statement, so that nobody ever sees an account without its memberships.
async function saveAccount(
  sql: Sql,
  at: Date,
  { id, username, name, passwordHash }: Omit<Account, 'membership'>,
  memberships: readonly Membership[],
): Promise<string> {
  const { rows } = await sql.query<{ id: string }>(
    `with saved as (
       insert into identity.account (id, username, name, password_hash, created_at) values ($1, $2, $3, $4, $5)
       on conflict (username) do update set name = excluded.name, password_hash = excluded.password_hash
       returning id
     ), belongs as (
       insert into identity.membership (account_id, clinic, roles, fhir_user, patient)
       select saved.id, m.clinic, m.roles, m."fhirUser", m.patient
         from saved, jsonb_to_recordset($6::jsonb) as m (clinic integer, roles text[], "fhirUser" text, patient text)
       on conflict (account_id, clinic) do update
         set roles = excluded.roles, fhir_user = excluded.fhir_user, patient = excluded.patient
     )
     select id from saved`,
    [id, fold(username), name, passwordHash, at, JSON.stringify(memberships)],
  );
  return rows[0]?.id ?? id;
}
