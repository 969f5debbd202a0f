// A page that asks something: labelled fields, what went wrong said first, one button. Works without any script.
import { asHtml, type Page } from './page.ts';

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: 'text' | 'email' | 'password';
  /** https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#autofill */
  readonly autocomplete: string;
  readonly hint?: string;
  readonly value?: string;
  readonly optional?: boolean;
}

/** One choice out of a few, or several where `many`. */
export interface Choice {
  readonly name: string;
  readonly label: string;
  readonly many: boolean;
  readonly options: readonly (readonly [value: string, words: string])[];
  readonly chosen?: readonly string[];
}

export interface FormPage {
  readonly title: string;
  readonly intro: string;
  /** HTML before the form. */
  readonly lead?: string;
  readonly action: string;
  readonly button: string;
  readonly fields: readonly Field[];
  readonly choices?: readonly Choice[];
  readonly hidden?: Readonly<Record<string, string>>;
  /** Why the form is shown again. */
  readonly trouble?: string | null;
  /** Where else to go: addresses and words. */
  readonly links?: readonly (readonly [string, string])[];
}

export function formPage({ title, trouble = null, links = [], ...form }: FormPage): Page {
  return {
    title: trouble === null ? title : `Error: ${title}`,
    content: `<h1>${asHtml(title)}</h1>
<p class="soft">${asHtml(form.intro)}</p>
${trouble === null ? '' : `<p class="alarm" role="alert" id="trouble">${asHtml(trouble)}</p>`}
${form.lead ?? ''}
<form method="post" action="${asHtml(form.action)}">
${Object.entries(form.hidden ?? {})
  .map(([name, value]) => `<input type="hidden" name="${asHtml(name)}" value="${asHtml(value)}">`)
  .join('\n')}
${form.fields.map((field, at) => fieldHtml(field, at === 0, trouble !== null)).join('\n')}
${(form.choices ?? []).map(choiceHtml).join('\n')}
<button type="submit">${asHtml(form.button)}</button>
</form>
${linksHtml(links)}`,
  };
}

export function linksHtml(links: readonly (readonly [string, string])[]): string {
  return links.map(([to, words]) => `<p class="links"><a href="${asHtml(to)}">${asHtml(words)}</a></p>`).join('\n');
}

function fieldHtml(
  { name, label, type, autocomplete, hint, value = '', optional = false }: Field,
  first: boolean,
  wrong: boolean,
): string {
  const described = [hint === undefined ? '' : `${name}-hint`, wrong ? 'trouble' : ''].filter((id) => id !== '');
  const marks = [
    described.length === 0 ? '' : ` aria-describedby="${described.join(' ')}"`,
    wrong ? ' aria-invalid="true"' : '',
    first ? ' autofocus' : '',
    type === 'password' ? ' maxlength="1024"' : ' maxlength="254" autocapitalize="none" spellcheck="false"',
  ].join('');
  return `<label for="${name}">${asHtml(label)}</label>
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" ${optional ? '' : 'required '}value="${asHtml(value)}"${marks}>
${hint === undefined ? '' : `<p class="hint" id="${name}-hint">${asHtml(hint)}</p>`}`;
}

function choiceHtml({ name, label, many, options, chosen = [] }: Choice): string {
  const type = many ? 'checkbox' : 'radio';
  const lines = options.map(([value, words]) => {
    const id = `${name}-${value}`;
    const marks = `${many ? '' : ' required'}${chosen.includes(value) || (!many && options.length === 1) ? ' checked' : ''}`;
    return `<p class="option"><input type="${type}" id="${asHtml(id)}" name="${name}" value="${asHtml(value)}"${marks}> <label for="${asHtml(id)}">${asHtml(words)}</label></p>`;
  });
  return `<fieldset><legend>${asHtml(label)}</legend>\n${lines.join('\n')}\n</fieldset>`;
}

/** A page that only says how something went. */
export function donePage(title: string, words: string, links: FormPage['links'] = []): Page {
  return {
    title,
    content: `<h1>${asHtml(title)}</h1>\n<p class="done" role="status">${asHtml(words)}</p>\n${linksHtml(links)}`,
  };
}
