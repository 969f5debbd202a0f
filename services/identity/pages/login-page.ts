// Asks who somebody is.
import { FORGOT, REGISTER } from '../oidc/routes.ts';
import { asHtml, type Page } from './page.ts';

/** Why the form is shown again; in words that say nothing about which accounts exist. */
export const LOGIN_TROUBLE = {
  wrong: 'That e-mail address and password do not go together. Please check both and try again.',
  throttled: 'There were too many attempts to sign in. Please wait an hour, or ask your clinic for help.',
  busy: 'Too many people are signing in at this moment. Please try again in a few seconds.',
} as const;

export type LoginTrouble = keyof typeof LOGIN_TROUBLE;

export function loginPage(given: {
  readonly action: string;
  readonly client: string;
  readonly username: string;
  readonly trouble: LoginTrouble | null;
  readonly leadsTo: readonly string[];
}): Page {
  const { action, client, username, trouble, leadsTo } = given;
  const alarm = trouble === null ? '' : `<p class="alarm" role="alert" id="trouble">${LOGIN_TROUBLE[trouble]}</p>`;
  const marks = trouble === null ? '' : ' aria-invalid="true" aria-describedby="trouble"';
  return {
    title: trouble === null ? 'Sign in' : 'Error: sign in',
    leadsTo,
    content: `<h1>Sign in</h1>
<p class="soft">to go on to ${asHtml(client)}</p>
${alarm}
<form method="post" action="${asHtml(action)}">
<label for="username">E-mail address</label>
<input id="username" name="username" type="text" inputmode="email" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="254" required${marks} value="${asHtml(username)}"${username === '' ? ' autofocus' : ''}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="1024" required${marks}${username === '' ? '' : ' autofocus'}>
<button type="submit">Sign in</button>
</form>
<p class="links"><a href="${FORGOT}">Forgot your password?</a></p>
<p class="links"><a href="${REGISTER}">New patient? Register</a></p>`,
  };
}
