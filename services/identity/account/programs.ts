// For admins: the programs that were registered with the clinic, with a way to close each.
import { closeClient } from '../commands/register-client.ts';
import { ACCOUNT } from '../oidc/routes.ts';
import { linksHtml } from '../pages/form-page.ts';
import { asHtml } from '../pages/page.ts';
import { clientsOf } from '../queries/clients-of.ts';
import { type AccountPage, ok, type Person } from './visit.ts';

export const PROGRAMS = `${ACCOUNT}/programs`;

export const programs: AccountPage<Person> = {
  async answer({ store }, { form, person }) {
    const { clinic } = person.account.membership;
    const closed = form?.get('close');
    if (closed) await closeClient(store, clinic, closed);
    const all = await clientsOf(store, clinic);
    return ok({
      title: 'Programs of the clinic',
      content: `<h1>Programs of the clinic</h1>
${closed ? '<p class="done" role="status">Closed. Its tokens end within seconds.</p>' : ''}
${all.length === 0 ? '<p class="soft">None. Programs are registered over HTTP, with an admin’s token.</p>' : ''}
<ul>
${all
  .map(
    ({ id, name, scopes }) => `<li>${asHtml(name)}<br><span class="soft">${asHtml(`${id}: ${scopes.join(' ')}`)}</span>
<form method="post" action="${PROGRAMS}"><button type="submit" class="quiet" name="close" value="${asHtml(id)}">${asHtml(`Close ${name}`)}</button></form></li>`,
  )
  .join('\n')}
</ul>
${linksHtml([[ACCOUNT, 'Back']])}`,
    });
  },
};
