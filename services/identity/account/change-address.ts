// A person who is signed in asks for another e-mail address, and later confirms it from the new mailbox.
import { askForAddress, confirmAddress as confirm } from '../commands/change-address.ts';
import { lookAtLink } from '../commands/mailed-link.ts';
import { emailAddress } from '../domain/email-address.ts';
import { ACCOUNT } from '../oidc/routes.ts';
import { donePage, formPage } from '../pages/form-page.ts';
import { currentPasswordField, provePassword } from './prove-password.ts';
import { deadLink } from './reset-password.ts';
import { type AccountPage, ok, type Person, wrong } from './visit.ts';

const page = (value = '', trouble: string | null = null) =>
  formPage({
    title: 'Change your e-mail address',
    intro: 'You sign in with it. It changes once you open the link that we send to the new address.',
    action: `${ACCOUNT}/address`,
    button: 'Send the link',
    fields: [
      { name: 'email', label: 'New e-mail address', type: 'email', autocomplete: 'email', value },
      currentPasswordField,
    ],
    trouble,
    links: [[ACCOUNT, 'Back']],
  });

export const changeAddress: AccountPage<Person> = {
  async answer(rooms, visit) {
    if (visit.form === null) return ok(page());
    const given = visit.form.get('email') ?? '';
    const address = emailAddress(given);
    if (address === null) return wrong(page(given.slice(0, 254), 'That is no e-mail address. Please check it.'));
    const fault = await provePassword(rooms, visit);
    if (fault !== null) return wrong(page(address, fault));
    await askForAddress(rooms.store, visit.person.account, address);
    return ok(
      donePage(
        'Look at your e-mail',
        'If nobody else signs in with that address, a link to confirm it is on its way.',
        [[ACCOUNT, 'Back']],
      ),
    );
  },
};

export const confirmAddress: AccountPage<Person | null> = {
  async answer({ store }, { query, form }) {
    const link = (form ?? query).get('link') ?? '';
    const good = await lookAtLink(store, 'new-address', link);
    if (good === null) return wrong(deadLink());
    if (form === null)
      return ok(
        formPage({
          title: 'Confirm your e-mail address',
          intro: `From now on, sign in with ${good.address}.`,
          action: `${ACCOUNT}/new-address`,
          button: 'Confirm',
          hidden: { link },
          fields: [],
        }),
      );
    if (!(await confirm(store, link))) return wrong(deadLink());
    return ok(
      donePage('Your e-mail address is changed', 'Sign in with the new one from now on.', [[ACCOUNT, 'Go on']]),
    );
  },
};
