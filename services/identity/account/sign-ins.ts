// Where a person is signed in, with a way to end each and all.
import { endApp, endSession } from '../commands/end-session.ts';
import { endEverythingOf } from '../commands/revoke.ts';
import { ACCOUNT } from '../oidc/routes.ts';
import { donePage, linksHtml } from '../pages/form-page.ts';
import { asHtml } from '../pages/page.ts';
import { appsOf, type SignInOf, signInsOf } from '../queries/sign-ins-of.ts';
import { type AccountPage, type Answer, ok, type Person } from './visit.ts';

const PATH = `${ACCOUNT}/sign-ins`;

export const signIns: AccountPage<Person> = {
  async answer({ store }, { form, person }): Promise<Answer> {
    const { id } = person.account;
    if (form?.get('all') === 'yes') {
      await endEverythingOf(store, id);
      return ok(
        donePage('You are signed out everywhere', 'All apps have to ask for you again.', [[ACCOUNT, 'Sign in']]),
      );
    }
    const [session, app] = [form?.get('session'), form?.get('app')];
    if (session) await endSession(store, id, session);
    if (app) await endApp(store, id, app);
    if (session === person.session)
      return ok(donePage('You are signed out here', 'Other sign-ins go on.', [[ACCOUNT, 'Sign in']]));
    const [places, apps] = [await signInsOf(store, id), await appsOf(store, id)];
    return ok({
      title: 'Where you are signed in',
      content: `<h1>Where you are signed in</h1>
${session || app ? '<p class="done" role="status">Ended.</p>' : ''}
<ul>
${places.map((place) => placeHtml(place, place.id === person.session)).join('\n')}
</ul>
<h2>Apps that go on without asking</h2>
${apps.length === 0 ? '<p class="soft">None.</p>' : ''}
<ul>
${apps.map(({ grant, app: name, since }) => entry('app', grant, `${name}, allowed ${when(since)}`, `End ${name}`)).join('\n')}
</ul>
<form method="post" action="${PATH}"><button type="submit" name="all" value="yes">Sign out everywhere</button></form>
${linksHtml([[ACCOUNT, 'Back']])}`,
    });
  },
};

function placeHtml({ id, since, apps }: SignInOf, isHere: boolean): string {
  const words = `${isHere ? 'Here, ' : ''}since ${when(since)}${apps.length === 0 ? '' : `, for ${apps.join(', ')}`}`;
  return entry('session', id, words, isHere ? 'Sign out here' : `End the sign-in of ${when(since)}`);
}

const entry = (name: string, id: string, words: string, button: string): string =>
  `<li>${asHtml(words)}<form method="post" action="${PATH}"><button type="submit" class="quiet" name="${name}" value="${asHtml(id)}">${asHtml(button)}</button></form></li>`;

/** Without knowing where the reader is, so the zone is named. */
const when = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
