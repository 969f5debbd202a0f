// The front page of a person's own account.
import { ACCOUNT, ROUTES } from '../oidc/routes.ts';
import { linksHtml } from '../pages/form-page.ts';
import { asHtml } from '../pages/page.ts';
import { PEOPLE } from './people.ts';
import { PROGRAMS } from './programs.ts';
import { SECOND_FACTOR } from './second-factor.ts';
import { type AccountPage, ok, type Person } from './visit.ts';

export const home: AccountPage<Person> = {
  async answer(_rooms, { person }) {
    const { name, username, membership } = person.account;
    const forAdmins = [
      [PEOPLE, 'People of the clinic'],
      [PROGRAMS, 'Programs of the clinic'],
      [`${ACCOUNT}/clinic`, 'The clinic’s door'],
    ] as const;
    return ok({
      title: 'Your account',
      content: `<h1>Your account</h1>
<p>${asHtml(name)}<br><span class="soft">${asHtml(username)}</span></p>
${linksHtml([
  [`${ACCOUNT}/password`, 'Change your password'],
  [`${ACCOUNT}/address`, 'Change your e-mail address'],
  [`${ACCOUNT}/sign-ins`, 'See where you are signed in'],
  [SECOND_FACTOR, 'Second step of signing in'],
  ...(membership.roles.includes('admin') ? forAdmins : []),
  [ROUTES.end_session, 'Sign out'],
])}`,
    });
  },
};
