// Asks for a letter with a link to choose a new password. The answer is the same whoever has the address.
import { orderForStranger } from '../commands/order-letter.ts';
import { emailAddress } from '../domain/email-address.ts';
import { FORGOT } from '../oidc/routes.ts';
import { donePage, formPage } from '../pages/form-page.ts';
import { type AccountPage, ok, type Person, wrong } from './visit.ts';

const page = (value = '', trouble: string | null = null) =>
  formPage({
    title: 'Forgot your password?',
    intro: 'Tell us your e-mail address. We send a link to choose a new password to it.',
    action: FORGOT,
    button: 'Send the link',
    fields: [{ name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username', value }],
    trouble,
  });

export const forgotPassword: AccountPage<Person | null> = {
  async answer({ store }, { form, from }) {
    if (form === null) return ok(page());
    const given = form.get('email') ?? '';
    const address = emailAddress(given);
    if (address === null) return wrong(page(given.slice(0, 254), 'That is no e-mail address. Please check it.'));
    if (!(await orderForStranger(store, { kind: 'reset', address }, from)))
      return wrong(page('', 'Too many letters were asked for from here. Please wait an hour.'), 429);
    return ok(
      donePage(
        'Look at your e-mail',
        'If somebody signs in here with that address, a link to choose a new password is on its way. It is good for 30 minutes.',
      ),
    );
  },
};
