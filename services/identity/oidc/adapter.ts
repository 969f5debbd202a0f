// The OpenID provider's memory on PostgreSQL, so that any process can go on where another began.
import { createHash } from 'node:crypto';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { errors } from 'oidc-provider';
import { endGrant, revoke } from '../commands/revoke.ts';
import type { IdentityStore } from '../store.ts';
import { presentedToken } from './presented-token.ts';

/** Their ids are the credentials themselves: whoever reads the table must not be able to use them. */
const CREDENTIALS: ReadonlySet<string> = new Set(['AuthorizationCode', 'RefreshToken']);

export function createAdapter(store: IdentityStore, model: string): Adapter {
  const { sql, now } = store;
  const key = (id: string) => (CREDENTIALS.has(model) ? createHash('sha256').update(id).digest('base64url') : id);
  const read = async (column: 'id' | 'uid' | 'user_code', value: string) => {
    const { rows } = await sql.query<{ payload: AdapterPayload; consumed: number | null }>(
      `select payload, extract(epoch from consumed_at)::integer as consumed from identity.oidc_entry
        where model = $1 and ${column} = $2 and (expires_at is null or expires_at > $3)
        limit 1`,
      [model, value, now()],
    );
    const [row] = rows;
    return row && (row.consumed === null ? row.payload : { ...row.payload, consumed: row.consumed });
  };

  return {
    async upsert(id, payload, expiresIn) {
      const { jti, ...kept } = payload;
      const entry = CREDENTIALS.has(model) ? kept : payload;
      await sql.query(
        `insert into identity.oidc_entry (model, id, payload, grant_id, uid, user_code, account_id, expires_at)
         values ($1, $2, $3::jsonb, $4, $5, $6, $7, $8)
         on conflict (model, id) do update
           set payload = excluded.payload, grant_id = excluded.grant_id, uid = excluded.uid,
               user_code = excluded.user_code, account_id = excluded.account_id, expires_at = excluded.expires_at`,
        [
          model,
          key(id),
          JSON.stringify(entry),
          payload.grantId ?? null,
          payload.uid ?? null,
          payload.userCode ?? null,
          payload.accountId ?? null,
          expiresIn === undefined ? null : new Date(now().getTime() + expiresIn * 1000),
        ],
      );
    },
    async find(id) {
      if (model === 'Client') return (await store.client(id)) ?? undefined;
      if (model === 'AccessToken' || model === 'ClientCredentials') return presentedToken(model, id);
      const found = await read('id', key(id));
      return found && CREDENTIALS.has(model) ? { ...found, jti: id } : found;
    },
    findByUid: (uid) => read('uid', uid),
    findByUserCode: (userCode) => read('user_code', userCode),
    // Of those who redeem the same code or refresh token at once, the row lets one through. The others are taken for
    // thieves or the robbed, who can't be told apart, and the whole grant ends: https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
    async consume(id) {
      const { rowCount } = await sql.query(
        `update identity.oidc_entry set consumed_at = $3 where model = $1 and id = $2 and consumed_at is null`,
        [model, key(id), now()],
      );
      if (rowCount !== 0) return;
      const { rows } = await sql.query<{ grant_id: string | null }>(
        'select grant_id from identity.oidc_entry where model = $1 and id = $2',
        [model, key(id)],
      );
      const grant = rows[0]?.grant_id;
      if (grant) await endGrant(store, grant);
      throw new errors.InvalidGrant('already used');
    },
    async destroy(id) {
      if (model === 'AccessToken' || model === 'ClientCredentials') return await revoke(store, 'token', id);
      if (model === 'Grant') return await endGrant(store, id);
      await sql.query('delete from identity.oidc_entry where model = $1 and id = $2', [model, key(id)]);
    },
    async revokeByGrantId(grantId) {
      // Access tokens are signed, not stored: they end by the list that verifiers follow.
      if (model === 'AccessToken') return await revoke(store, 'grant', grantId);
      await sql.query('delete from identity.oidc_entry where model = $1 and grant_id = $2', [model, grantId]);
    },
  };
}
