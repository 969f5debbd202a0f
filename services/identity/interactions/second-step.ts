// The second step of a sign-in: a code from the app, or first of all setting the app up.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { beginSecondFactor, confirmSecondFactor, proveSecondFactor } from '../commands/second-factor.ts';
import { endStep, keepStep, type Step } from '../commands/sign-in-step.ts';
import { formPage } from '../pages/form-page.ts';
import { asHtml, type Page } from '../pages/page.ts';
import { codeField, recoveryCodesPage, secretHtml, WRONG_CODE } from '../pages/second-factor-pages.ts';
import type { Account, IdentityStore } from '../store.ts';
import { send } from './answer.ts';

interface Open {
  readonly interaction: string;
  readonly action: string;
  readonly leadsTo: readonly string[];
  readonly step: Step;
  readonly account: Account;
}

/** True when the second step is done; until then it has answered with a page. */
export async function secondStep(
  store: IdentityStore,
  { interaction, action, leadsTo, step, account }: Open,
  form: URLSearchParams | null,
  res: ServerResponse<IncomingMessage>,
): Promise<boolean> {
  const code = form?.get('code') ?? '';
  const show = (page: Page, status = 200) => {
    send(res, status, { ...page, leadsTo });
    return false;
  };
  const wrong = form === null ? null : WRONG_CODE;
  switch (step) {
    case 'prove':
      if (form !== null && (await proveSecondFactor(store, account.id, code))) return await endStep(store, interaction);
      return show(provePage(action, wrong), wrong === null ? 200 : 400);
    case 'enrol': {
      const codes = form === null ? null : await confirmSecondFactor(store, account, code);
      if (codes !== null) {
        await keepStep(store, interaction, { step: 'enrolled', accountId: account.id });
        return show(recoveryCodesPage(codes, onwardForm(action)));
      }
      const secret = await beginSecondFactor(store, account.id);
      return show(enrolPage(action, secretHtml(secret, account.username), wrong), wrong === null ? 200 : 400);
    }
    case 'enrolled':
      return form?.get('onward') === 'yes' ? await endStep(store, interaction) : show(onwardPage(action));
  }
}

const provePage = (action: string, trouble: string | null) =>
  formPage({
    title: 'Your second step',
    intro: 'Show that it is you.',
    action,
    button: 'Go on',
    fields: [codeField],
    trouble,
  });

const enrolPage = (action: string, lead: string, trouble: string | null) =>
  formPage({
    title: 'Set up a second step',
    intro: 'As an admin you sign in with a password and a code from an authenticator app.',
    lead,
    action,
    button: 'Turn it on',
    fields: [{ ...codeField, hint: 'Six digits from your authenticator app.' }],
    trouble,
  });

const onwardForm = (action: string) =>
  `<form method="post" action="${asHtml(action)}"><button type="submit" name="onward" value="yes">I have kept them</button></form>`;

const onwardPage = (action: string): Page => ({
  title: 'Keep your recovery codes',
  content: `<h1>Your second step is on</h1>
<p>Your recovery codes were shown once. You can make new ones in your account.</p>
${onwardForm(action)}`,
});
