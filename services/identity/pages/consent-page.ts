// Asks whether an app that is not part of Polyclinic may act for somebody.
import { parseScope } from '@polyclinic/access';
import { asHtml, type Page } from './page.ts';

export function consentPage(given: {
  readonly action: string;
  readonly client: string;
  readonly scopes: readonly string[];
  readonly leadsTo: readonly string[];
}): Page {
  const { action, client, scopes, leadsTo } = given;
  const items = [...new Set(scopes.map(inWords))].map((words) => `<li>${asHtml(words)}</li>`).join('\n');
  return {
    title: 'Allow access',
    leadsTo,
    content: `<h1>Allow ${asHtml(client)}?</h1>
<p>This app is not part of Polyclinic. If you allow it, it can:</p>
<ul>
${items}
</ul>
<p class="soft">It never sees more than you do yourself.</p>
<form method="post" action="${asHtml(action)}">
<button type="submit" name="decision" value="allow">Allow</button>
<button type="submit" name="decision" value="deny" class="quiet">Do not allow</button>
</form>`,
  };
}

const SESSION_WORDS: Readonly<Record<string, string>> = {
  openid: 'know who you are',
  profile: 'know your name',
  fhirUser: 'know who you are',
  'launch/patient': 'know which patient you look at',
  offline_access: 'go on while you are not signed in, until you or your clinic end it',
  online_access: 'go on for as long as you are signed in',
};

const LETTER_WORDS: readonly (readonly [string, string])[] = [
  ['rs', 'see'],
  ['c', 'add'],
  ['u', 'change'],
  ['d', 'delete'],
];

/** A scope as somebody without any knowledge of scopes would say it. */
function inWords(scope: string): string {
  const grant = parseScope(scope);
  if (grant === null) return SESSION_WORDS[scope] ?? `use the permission ${scope}`;
  const may = LETTER_WORDS.filter(([letters]) => [...letters].some((letter) => grant.letters.includes(letter)));
  const kind = grant.type === '*' ? 'records of every kind' : `records of the kind ${grant.type}`;
  const whose = grant.context === 'patient' ? ' of the patient' : '';
  return `${may.map(([, word]) => word).join(', ')} ${kind}${whose}`;
}
