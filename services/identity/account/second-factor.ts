// A person turns the second factor on or off, or makes new recovery codes.
import { endEverythingOf } from '../commands/revoke.ts';
import {
  beginSecondFactor,
  confirmSecondFactor,
  hasSecondFactor,
  newRecoveryCodes,
  proveSecondFactor,
  removeSecondFactor,
} from '../commands/second-factor.ts';
import { needsSecondFactor } from '../commands/sign-in-step.ts';
import { ACCOUNT } from '../oidc/routes.ts';
import { donePage, formPage, linksHtml } from '../pages/form-page.ts';
import { codeField, recoveryCodesPage, secretHtml, WRONG_CODE } from '../pages/second-factor-pages.ts';
import { currentPasswordField, provePassword } from './prove-password.ts';
import { type AccountPage, type AccountRooms, type Answer, ok, type Person, type Visit, wrong } from './visit.ts';

export const SECOND_FACTOR = `${ACCOUNT}/second-factor`;

export const secondFactor: AccountPage<Person> = {
  answer: async (rooms, visit) =>
    (await hasSecondFactor(rooms.store, visit.person.account.id))
      ? await change(rooms, visit)
      : await turnOn(rooms, visit),
};

async function turnOn(rooms: AccountRooms, visit: Visit<Person>): Promise<Answer> {
  const { account } = visit.person;
  const page = async (trouble: string | null = null) =>
    formPage({
      title: 'Turn on a second step',
      intro: 'From then on, signing in takes your password and a code from an app on your phone.',
      lead: secretHtml(await beginSecondFactor(rooms.store, account.id), account.username),
      action: SECOND_FACTOR,
      button: 'Turn it on',
      fields: [{ ...codeField, hint: 'Six digits from your authenticator app.' }, currentPasswordField],
      trouble,
      links: [[ACCOUNT, 'Back']],
    });
  if (visit.form === null) return ok(await page());
  const fault = await provePassword(rooms, visit);
  if (fault !== null) return wrong(await page(fault));
  const codes = await confirmSecondFactor(rooms.store, account, visit.form.get('code')?.trim() ?? '');
  if (codes === null) return wrong(await page(WRONG_CODE));
  // Whoever signed in with the password alone is asked for both now.
  await endEverythingOf(rooms.store, account.id);
  return ok(recoveryCodesPage(codes, linksHtml([[ACCOUNT, 'Sign in again']])));
}

async function change(rooms: AccountRooms, visit: Visit<Person>): Promise<Answer> {
  const { account } = visit.person;
  const isNeeded = needsSecondFactor(rooms.secondFactor, account);
  const page = (trouble: string | null = null) =>
    formPage({
      title: 'Your second step is on',
      intro: isNeeded ? 'As an admin you need it.' : 'Signing in takes your password and a code from your app.',
      action: SECOND_FACTOR,
      button: 'Go on',
      fields: [codeField, currentPasswordField],
      choices: [
        {
          ...{ name: 'what', label: 'What would you like?', many: false },
          options: [['codes', 'New recovery codes'], ...(isNeeded ? [] : [['off', 'Turn it off'] as const])],
        },
      ],
      trouble,
      links: [[ACCOUNT, 'Back']],
    });
  if (visit.form === null) return ok(page());
  const what = visit.form.get('what');
  if (what !== 'codes' && (what !== 'off' || isNeeded)) return wrong(page('Please choose what you would like.'));
  const fault = await provePassword(rooms, visit);
  if (fault !== null) return wrong(page(fault));
  if (!(await proveSecondFactor(rooms.store, account.id, visit.form.get('code') ?? ''))) return wrong(page(WRONG_CODE));
  if (what === 'codes')
    return ok(recoveryCodesPage(await newRecoveryCodes(rooms.store, account.id), linksHtml([[ACCOUNT, 'Back']])));
  await removeSecondFactor(rooms.store, account);
  return ok(donePage('Your second step is off', 'Signing in takes your password alone.', [[ACCOUNT, 'Back']]));
}
