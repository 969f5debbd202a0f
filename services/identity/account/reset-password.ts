// Where the letter's link leads: choose a new password. Opening it uses nothing up, as mail scanners open links too.
import { resetPassword as reset } from '../commands/choose-password.ts';
import { lookAtLink } from '../commands/mailed-link.ts';
import { passwordFault, SHORTEST_PASSWORD } from '../domain/password-fault.ts';
import { ACCOUNT, FORGOT } from '../oidc/routes.ts';
import { donePage, formPage } from '../pages/form-page.ts';
import type { Page } from '../pages/page.ts';
import { type AccountPage, ok, type Person, wrong } from './visit.ts';

const page = (link: string, trouble: string | null = null) =>
  formPage({
    title: 'Choose a new password',
    intro: 'You will be signed out everywhere and can then sign in with the new password.',
    action: `${ACCOUNT}/reset`,
    button: 'Change the password',
    hidden: { link },
    fields: [newPasswordField()],
    trouble,
  });

export const newPasswordField = () => ({
  name: 'password',
  label: 'New password',
  type: 'password' as const,
  autocomplete: 'new-password',
  hint: `At least ${SHORTEST_PASSWORD} characters; a few words in a row are fine.`,
});

/** Whatever was wrong with a link: too old, used, or made up. */
export const deadLink = (): Page =>
  donePage('This link is not good any more', 'Links work once and not for long. Please ask for a new one.', [
    [FORGOT, 'Ask for a new link'],
  ]);

export const resetPassword: AccountPage<Person | null> = {
  async answer(rooms, { query, form }) {
    const link = (form ?? query).get('link') ?? '';
    const good = await lookAtLink(rooms.store, 'reset', link);
    if (good === null) return wrong(deadLink());
    if (form === null) return ok(page(link));
    const password = form.get('password') ?? '';
    const fault = passwordFault(password, good.address);
    if (fault !== null) return wrong(page(link, fault));
    if (!(await reset(rooms, link, password))) return wrong(deadLink());
    return ok(
      donePage('Your password is changed', 'You are signed out everywhere. Sign in with the new password.', [
        [ACCOUNT, 'Sign in'],
      ]),
    );
  },
};
