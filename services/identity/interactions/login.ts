// The pages that ask who somebody is: the password first, then the second step where there is one.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from '@polyclinic/kit';
import { signIn } from '../commands/sign-in.ts';
import { keepStep, openStep, stepAfterPassword } from '../commands/sign-in-step.ts';
import { type LoginTrouble, loginPage } from '../pages/login-page.ts';
import type { Account } from '../store.ts';
import { send } from './answer.ts';
import { type Details, describe, type InteractionRooms } from './described.ts';
import { readForm } from './form.ts';
import { secondStep } from './second-step.ts';

export async function login(
  rooms: InteractionRooms,
  details: Details,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const { store } = rooms;
  const page = await describe(rooms.provider, details);
  const [address, interaction] = [rooms.addressOf(req), details.uid];
  const tell = (kind: 'signed-in' | 'wrong' | 'throttled', account: Account | null) =>
    rooms.onEvent({ kind, account, client: page.clientId, address });
  const finish = async (account: Account, amr: string[]) => {
    tell('signed-in', account);
    const result = { login: { accountId: account.id, amr } };
    await rooms.provider.interactionFinished(req, res, result, { mergeWithLastSubmission: false });
  };
  const form = req.method === 'POST' ? await readForm(req) : null;

  const open = await openStep(store, interaction);
  const owner = open === null ? null : await store.accountById(open.accountId);
  if (open !== null && owner !== null && form?.has('username') !== true) {
    if (await secondStep(store, { ...page, interaction, step: open.step, account: owner }, form, res))
      await finish(owner, ['pwd', 'otp', 'mfa']);
    else if (res.statusCode === 400) tell('wrong', owner);
    return;
  }

  const username = form?.get('username') ?? '';
  const show = (status: number, trouble: LoginTrouble | null) =>
    send(res, status, loginPage({ ...page, username: username.slice(0, 254), trouble }));
  if (form === null) return show(200, null);
  try {
    const outcome = await signIn(rooms, { username, password: form.get('password') ?? '', address });
    const account = outcome.kind === 'signed-in' ? await store.accountById(outcome.accountId) : null;
    if (account === null) {
      const kind = outcome.kind === 'throttled' ? 'throttled' : 'wrong';
      tell(kind, null);
      return show(kind === 'throttled' ? 429 : 400, kind);
    }
    const step = await stepAfterPassword(store, rooms.secondFactor, account);
    if (step === null) return await finish(account, ['pwd']);
    await keepStep(store, interaction, { step, accountId: account.id });
    await secondStep(store, { ...page, interaction, step, account }, null, res);
  } catch (error) {
    if (!(error instanceof Refusal) || error.issues[0]?.code !== 'transient') throw error;
    res.setHeader('retry-after', '5');
    show(503, 'busy');
  }
}
