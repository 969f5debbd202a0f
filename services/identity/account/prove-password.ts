// Somebody who is signed in proves to be the person again before something that can't be taken back: a browser left
// open must not be enough. Guesses count like sign-ins.
import { signIn } from '../commands/sign-in.ts';
import { LOGIN_TROUBLE } from '../pages/login-page.ts';
import type { AccountRooms, Person, Visit } from './visit.ts';

/** What to tell the person; null when the password was right. */
export async function provePassword(rooms: AccountRooms, visit: Visit<Person>): Promise<string | null> {
  const { username } = visit.person.account;
  const outcome = await signIn(rooms, {
    username,
    password: visit.form?.get('current') ?? '',
    address: visit.from,
  });
  if (outcome.kind === 'signed-in') return null;
  return outcome.kind === 'wrong' ? 'That is not your password. Please try again.' : LOGIN_TROUBLE.throttled;
}

export const currentPasswordField = {
  name: 'current',
  label: 'Your password now',
  type: 'password',
  autocomplete: 'current-password',
} as const;
