// Pages that only tell something: what went wrong, that somebody signed out, and the question before that.
import { asHtml, type Page } from './page.ts';

export function troublePage(words: string): Page {
  return {
    title: 'Error',
    content: `<h1>This did not work</h1>
<p class="alarm" role="alert">${asHtml(words)}</p>
<p class="soft">Please go back to the app and start again.</p>`,
  };
}

/** `form` is the provider's own, with its token against forged requests in it. */
export function signOutPage(form: string, leadsTo: readonly string[]): Page {
  return {
    title: 'Sign out',
    leadsTo,
    content: `<h1>Sign out?</h1>
<p>You will be signed out of Polyclinic in this browser.</p>
${form}
<button type="submit" form="op.logoutForm" name="logout" value="yes">Sign out</button>
<button type="submit" form="op.logoutForm" class="quiet">Stay signed in</button>`,
  };
}

export const SIGNED_OUT: Page = {
  title: 'Signed out',
  content: `<h1>You are signed out</h1>
<p>You can close this window.</p>`,
};
