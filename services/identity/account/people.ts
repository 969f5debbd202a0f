// For admins: who belongs to the clinic, invite somebody, shut somebody out and let in again.
import { Refusal } from '@polyclinic/kit';
import { disableUser, enableUser } from '../commands/disable-user.ts';
import { invite } from '../commands/invite.ts';
import { PEOPLES_ROLES } from '../domain/invitation.ts';
import { ACCOUNT } from '../oidc/routes.ts';
import { donePage, formPage, linksHtml } from '../pages/form-page.ts';
import { asHtml, type Page } from '../pages/page.ts';
import { USERS_AT_ONCE, type UserOf, usersOf } from '../queries/users-of.ts';
import { type AccountPage, ok, type Person, wrong } from './visit.ts';

export const PEOPLE = `${ACCOUNT}/people`;
const INVITE = `${ACCOUNT}/invite`;

export const people: AccountPage<Person> = {
  async answer({ store }, { query, form, person }) {
    const { clinic } = person.account.membership;
    const [off, on] = [form?.get('disable'), form?.get('enable')];
    if (off) await disableUser(store, { clinic, id: off }, person.account.id);
    if (on) await enableUser(store, { clinic, id: on });
    const part = (form ?? query).get('part')?.slice(0, 100) ?? '';
    return ok(listPage(await usersOf(store, clinic, part), part, off || on ? 'Done.' : null));
  },
};

function listPage(users: readonly UserOf[], part: string, done: string | null): Page {
  return {
    title: 'People of the clinic',
    content: `<h1>People of the clinic</h1>
${done === null ? '' : `<p class="done" role="status">${done}</p>`}
<form method="get" action="${PEOPLE}">
<label for="part">Part of a name or e-mail address</label>
<input id="part" name="part" type="search" maxlength="100" value="${asHtml(part)}">
<button type="submit" class="quiet">Search</button>
</form>
${users.length === 0 ? '<p>Nobody.</p>' : ''}
${users.length === USERS_AT_ONCE ? `<p class="soft">The first ${USERS_AT_ONCE}; search to see others.</p>` : ''}
<ul>
${users.map((user) => userHtml(user, part)).join('\n')}
</ul>
${linksHtml([
  [INVITE, 'Invite somebody'],
  [ACCOUNT, 'Back'],
])}`,
  };
}

function userHtml({ id, name, email, roles, disabled }: UserOf, part: string): string {
  const [verb, words] = disabled ? ['enable', `Let ${name} in again`] : ['disable', `Shut ${name} out`];
  return `<li>${asHtml(name)}${disabled ? ' (shut out)' : ''}<br><span class="soft">${asHtml(`${email}, ${roles.join(', ')}`)}</span>
<form method="post" action="${PEOPLE}"><input type="hidden" name="part" value="${asHtml(part)}"><button type="submit" class="quiet" name="${verb}" value="${asHtml(id)}">${asHtml(words)}</button></form></li>`;
}

const invitePage = (given: URLSearchParams, trouble: string | null = null) =>
  formPage({
    title: 'Invite somebody',
    intro: 'They get a letter with a link that is good for a week.',
    action: INVITE,
    button: 'Invite',
    fields: [
      { name: 'name', label: 'Name', type: 'text', autocomplete: 'off', value: given.get('name') ?? '' },
      { name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'off', value: given.get('email') ?? '' },
      optional('fhirUser', 'Their own resource', 'Like Practitioner/x, if there is one.', given),
      optional('patient', 'Record to see as a patient', 'The id of the Patient, for patients only.', given),
    ],
    choices: [
      {
        ...{ name: 'role', label: 'Roles', many: true },
        options: PEOPLES_ROLES.map((role) => [role, role]),
        chosen: given.getAll('role'),
      },
    ],
    trouble,
    links: [[PEOPLE, 'Back']],
  });

const optional = (name: string, label: string, hint: string, given: URLSearchParams) =>
  ({ name, label, hint, type: 'text', autocomplete: 'off', value: given.get(name) ?? '', optional: true }) as const;

export const invitePerson: AccountPage<Person> = {
  async answer({ store }, { form, person }) {
    if (form === null) return ok(invitePage(new URLSearchParams()));
    const text = (name: string) => form.get(name)?.trim() || null;
    const roles = form.getAll('role');
    try {
      await invite(store, person.account.membership.clinic, {
        ...{ email: text('email') ?? '', name: text('name') ?? '', roles },
        ...{ fhirUser: text('fhirUser'), patient: text('patient') },
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return wrong(invitePage(form, error.message));
    }
    return ok(donePage('Invited', 'The letter is on its way.', [[PEOPLE, 'Back']]));
  },
};
