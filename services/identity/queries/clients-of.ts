// The programs that a clinic registered.
import type { IdentityStore } from '../store.ts';

export interface ClientOf {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
}

/** More than a clinic has; the newest come first. */
const MOST = 200;

export async function clientsOf({ sql }: IdentityStore, clinic: number): Promise<ClientOf[]> {
  const { rows } = await sql.query<ClientOf>(
    `select id, metadata ->> 'client_name' as name,
            array(select jsonb_array_elements_text(metadata -> 'allowed_scopes')) as scopes
       from identity.client
      where id like 'app-%' and closed_at is null and (metadata ->> 'client_clinic')::integer = $1
      order by created_at desc, id limit $2`,
    [clinic, MOST],
  );
  return rows;
}
