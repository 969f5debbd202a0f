// A person who is signed in chooses another password.
import { changePassword as change } from '../commands/choose-password.ts';
import { passwordFault } from '../domain/password-fault.ts';
import { ACCOUNT } from '../oidc/routes.ts';
import { donePage, formPage } from '../pages/form-page.ts';
import { currentPasswordField, provePassword } from './prove-password.ts';
import { newPasswordField } from './reset-password.ts';
import { type AccountPage, ok, type Person, wrong } from './visit.ts';

const page = (trouble: string | null = null) =>
  formPage({
    title: 'Change your password',
    intro: 'You will be signed out everywhere, here too.',
    action: `${ACCOUNT}/password`,
    button: 'Change the password',
    fields: [currentPasswordField, newPasswordField()],
    trouble,
    links: [[ACCOUNT, 'Back']],
  });

export const changePassword: AccountPage<Person> = {
  async answer(rooms, visit) {
    if (visit.form === null) return ok(page());
    const password = visit.form.get('password') ?? '';
    const fault = passwordFault(password, visit.person.account.username) ?? (await provePassword(rooms, visit));
    if (fault !== null) return wrong(page(fault));
    await change(rooms, visit.person.account, password);
    return ok(
      donePage('Your password is changed', 'You are signed out everywhere. Sign in with the new password.', [
        [ACCOUNT, 'Sign in'],
      ]),
    );
  },
};
