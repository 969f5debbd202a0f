// Between the right password and being signed in: what is still asked in this browser's sign-in, kept on our side, so
// that no form and no cookie can skip it.
import type { Account, IdentityStore } from '../store.ts';
import { hasSecondFactor } from './second-factor.ts';

export type Step = 'prove' | 'enrol' | 'enrolled';

export interface OpenStep {
  readonly step: Step;
  readonly accountId: string;
}

/** Whom the second factor is asked of even if they never wanted one. */
export interface SecondFactorPolicy {
  readonly neededByAdmins: boolean;
}

const OPEN_MS = 15 * 60_000;

/** What is asked after the password; null: nothing. */
export async function stepAfterPassword(
  store: IdentityStore,
  policy: SecondFactorPolicy,
  account: Account,
): Promise<Step | null> {
  if (await hasSecondFactor(store, account.id)) return 'prove';
  return needsSecondFactor(policy, account) ? 'enrol' : null;
}

export const needsSecondFactor = ({ neededByAdmins }: SecondFactorPolicy, { membership }: Account): boolean =>
  neededByAdmins && membership.roles.includes('admin');

export async function keepStep(
  { sql, now }: IdentityStore,
  interaction: string,
  { step, accountId }: OpenStep,
): Promise<void> {
  await sql.query(
    `insert into identity.sign_in_step (interaction, account_id, step, expires_at) values ($1, $2, $3, $4)
     on conflict (interaction) do update
       set account_id = excluded.account_id, step = excluded.step, expires_at = excluded.expires_at`,
    [interaction, accountId, step, new Date(now().getTime() + OPEN_MS)],
  );
}

export async function openStep({ sql, now }: IdentityStore, interaction: string): Promise<OpenStep | null> {
  const { rows } = await sql.query<OpenStep>(
    `select step, account_id as "accountId" from identity.sign_in_step where interaction = $1 and expires_at > $2`,
    [interaction, now()],
  );
  return rows[0] ?? null;
}

/** True for the one who gets to end it. */
export async function endStep({ sql }: IdentityStore, interaction: string): Promise<boolean> {
  const { rows } = await sql.query('delete from identity.sign_in_step where interaction = $1 returning step', [
    interaction,
  ]);
  return rows.length > 0;
}
