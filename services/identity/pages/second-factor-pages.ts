// Pages about the second factor: give a code, set up the app, keep the recovery codes.
import { renderSVG } from 'uqr';
import { addressForApp } from '../domain/totp.ts';
import type { Field } from './form-page.ts';
import { asHtml, type Page } from './page.ts';

export const WRONG_CODE =
  'That code is wrong or was used already. Wait for the next one and try again. After ten wrong ones in an hour, only waiting helps.';

export const codeField: Field = {
  name: 'code',
  label: 'Code',
  type: 'text',
  autocomplete: 'one-time-code',
  hint: 'Six digits from your authenticator app, or one of your recovery codes.',
};

/** The secret to scan, and to type where scanning is not possible. */
export function secretHtml(secret: string, username: string): string {
  const picture = renderSVG(addressForApp(secret, username), { border: 4, pixelSize: 4 });
  return `<p>1. Get an authenticator app, if you have none.</p>
<p>2. Scan this with it, or type the key into it:</p>
<p class="scan">${picture.replace('<svg ', '<svg role="img" aria-label="Code for your authenticator app; the key below is the same" ')}</p>
<p class="key"><code>${asHtml(secret.replace(/(.{4})(?=.)/g, '$1 '))}</code></p>
<p>3. Type in the six digits that it shows.</p>`;
}

/** The only time they are shown. `onward` is a form or links. */
export function recoveryCodesPage(codes: readonly string[], onward: string, leadsTo: readonly string[] = []): Page {
  return {
    title: 'Keep your recovery codes',
    leadsTo,
    content: `<h1>Keep your recovery codes</h1>
<p>Print them or write them down. Each lets you in once when your phone is gone. They are not shown again.</p>
<ul>
${codes.map((code) => `<li><code>${asHtml(code)}</code></li>`).join('\n')}
</ul>
${onward}`,
  };
}
