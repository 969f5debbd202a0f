// Cuts a FHIRPath expression into tokens. Spec: http://hl7.org/fhirpath/N1/#lexical-elements
import { UnsupportedPath } from './syntax.ts';

export interface Token {
  readonly kind: 'name' | 'quoted' | 'string' | 'number' | 'moment' | 'variable' | 'dollar' | 'symbol' | 'end';
  readonly text: string;
  readonly at: number;
}

const SPACE = /(?:\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/)+/y;
const PATTERNS: readonly (readonly [Token['kind'], RegExp])[] = [
  [
    'moment',
    /@(?:T\d{2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?)?|\d{4}(?:-\d{2}(?:-\d{2})?)?(?:T(?:\d{2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?)?)?(?:Z|[+-]\d{2}:\d{2})?)?)/y,
  ],
  ['number', /\d+(?:\.\d+)?/y],
  ['string', /'(?:[^'\\]|\\[\s\S])*'/y],
  ['quoted', /`(?:[^`\\]|\\[\s\S])*`/y],
  ['variable', /%(?:[A-Za-z_][A-Za-z0-9_-]*|`[^`]*`|'[^']*')/y],
  ['dollar', /\$[a-z]+/y],
  ['name', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['symbol', /<=|>=|!=|!~|[.,()[\]{}|&+\-*/=~<>]/y],
];
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' };

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|([\s\S]))/g, (_, hex?: string, char?: string) =>
    hex === undefined ? (ESCAPES[char ?? ''] ?? char ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** @throws UnsupportedPath at the first character that begins no token. */
export function tokens(expression: string): Token[] {
  const found: Token[] = [];
  let at = 0;
  while (true) {
    SPACE.lastIndex = at;
    at += SPACE.exec(expression)?.[0].length ?? 0;
    if (at >= expression.length) break;
    const start = at;
    for (const [kind, pattern] of PATTERNS) {
      pattern.lastIndex = at;
      const text = pattern.exec(expression)?.[0];
      if (text === undefined) continue;
      found.push({ kind, text: plain(kind, text), at });
      at += text.length;
      break;
    }
    if (at === start) throw new UnsupportedPath(`no token begins at character ${at} of ${expression}`);
  }
  found.push({ kind: 'end', text: '', at });
  return found;
}

function plain(kind: Token['kind'], text: string): string {
  if (kind === 'string' || kind === 'quoted') return unescaped(text.slice(1, -1));
  if (kind === 'variable') return text.slice(1).replace(/^[`'](.*)[`']$/s, '$1');
  if (kind === 'moment' || kind === 'dollar') return text.slice(1);
  return text;
}
