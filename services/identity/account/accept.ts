// Where the links of registrations and invitations lead: choose a password, or accept with the account that is there.
import { type Admission, admit } from '../commands/admit.ts';
import { lookAtLink, type MailedLink } from '../commands/mailed-link.ts';
import { passwordFault } from '../domain/password-fault.ts';
import { ACCOUNT } from '../oidc/routes.ts';
import { donePage, formPage } from '../pages/form-page.ts';
import type { Page } from '../pages/page.ts';
import { doorOf } from '../queries/clinic-doors.ts';
import { newPasswordField } from './reset-password.ts';
import { type AccountPage, ok, type Person, wrong } from './visit.ts';

const DEAD = donePage(
  'This link is not good any more',
  'Links work once and not for long. Please register again, or ask your clinic for another invitation.',
  [[ACCOUNT, 'Sign in']],
);

const accepting = (purpose: Admission): AccountPage<Person | null> => ({
  async answer({ store, passwords }, { query, form }) {
    const token = (form ?? query).get('link') ?? '';
    const link = await lookAtLink(store, purpose, token);
    if (link === null) return wrong(DEAD);
    const clinic = (await doorOf(store, link.clinic)).name;
    if (form === null) return ok(page(purpose, token, link, clinic));
    const password = form.get('password') ?? '';
    const fault = link.accountId === null ? passwordFault(password, link.address) : null;
    if (fault !== null) return wrong(page(purpose, token, link, clinic, fault));
    const passwordHash = link.accountId === null ? await passwords.hash(password) : null;
    if (!(await admit(store, { token, purpose, passwordHash }))) return wrong(DEAD);
    return ok(
      donePage('Welcome', `You belong to ${clinic} now. Sign in with ${link.address}.`, [[ACCOUNT, 'Sign in']]),
    );
  },
});

function page(purpose: Admission, link: string, of: MailedLink, clinic: string, trouble: string | null = null): Page {
  const isNew = of.accountId === null;
  return formPage({
    title: isNew ? 'Choose a password' : 'Accept the invitation',
    intro: isNew
      ? `For your account at ${clinic}. You sign in with ${of.address}.`
      : `${clinic} invites you. You go on signing in with ${of.address} and your password.`,
    action: `${ACCOUNT}/${purpose}`,
    button: isNew ? 'Go on' : 'Accept',
    hidden: { link },
    fields: isNew ? [newPasswordField()] : [],
    trouble,
  });
}

export const acceptRegistration = accepting('registration');
export const acceptInvitation = accepting('invitation');
