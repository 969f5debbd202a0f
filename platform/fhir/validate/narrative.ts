// Narrative is shown to people in their browsers, so it may hold text and formatting and nothing that acts.
// Spec: http://hl7.org/fhir/R4/narrative.html (txt-1, txt-2)

const ELEMENTS = new Set(
  (
    'a abbr acronym address b bdo big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5 h6 ' +
    'hr i img kbd li ol p pre q samp small span strong sub sup table tbody td tfoot th thead tr tt ul var'
  ).split(' '),
);
const ATTRIBUTES = new Set(
  (
    'abbr accesskey align alt axis border cellhalign cellpadding cellspacing cellvalign char charoff charset cite class ' +
    'colspan compact coords dir frame headers height href hreflang hspace id lang longdesc name noshade nowrap rel rev ' +
    'rowspan rules scope shape size span src start style summary tabindex title type valign value vspace width xmlns xml:lang xml:space'
  ).split(' '),
);
const XHTML = 'http://www.w3.org/1999/xhtml';
const TAG = /^<(\/?)([A-Za-z][A-Za-z0-9]*)((?:\s+[A-Za-z][A-Za-z:_-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>$/;
const ATTRIBUTE = /([A-Za-z][A-Za-z:_-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/g;
const BAD_AMPERSAND = /&(?!(?:[A-Za-z][A-Za-z0-9]*|#[0-9]+|#x[0-9a-fA-F]+);)/;
const SAFE_LINK = /^(?:https?:|mailto:|tel:|#|\/|\.{0,2}\/|[A-Za-z0-9._-]+(?:[/?#]|$))/i;
const SAFE_IMAGE = /^(?:https?:|#|data:image\/(?:png|jpeg|gif);|[A-Za-z0-9._/-]+$)/i;
const ACTIVE_STYLE = /expression|javascript|behaviou?r|-moz-binding|@import|url\s*\(|\\/i;
/** Tags longer than this are no formatting; it also bounds the work of the patterns. */
const LONGEST_TAG = 100_000;

/** Whether a narrative is one well-formed, harmless, non-empty div. */
export function isSafeNarrative(div: string): boolean {
  const text = div.trim();
  if (!/^<div[\s>/]/.test(text)) return false;
  const open: string[] = [];
  let at = 0;
  let hasContent = false;
  while (at < text.length) {
    const next = text.indexOf('<', at);
    const words = next < 0 ? text.slice(at) : text.slice(at, next);
    if (words !== '') {
      if (open.length === 0 || BAD_AMPERSAND.test(words) || words.includes(']]>')) return false;
      if (words.trim() !== '') hasContent = true;
    }
    if (next < 0) break;
    if (text.startsWith('<!--', next)) {
      const end = text.indexOf('--', next + 4);
      if (end < 0 || text.charCodeAt(end + 2) !== 62) return false;
      at = end + 3;
      continue;
    }
    const end = text.indexOf('>', next);
    if (end < 0 || end - next > LONGEST_TAG) return false;
    const found = TAG.exec(text.slice(next, end + 1));
    if (found === null) return false;
    const [, closing, name = '', attributes = '', selfClosing] = found;
    at = end + 1;
    if (closing === '/') {
      if (open.pop() !== name || attributes !== '' || selfClosing === '/') return false;
    } else {
      const isRoot = open.length === 0;
      if (isRoot && next > 0) return false;
      if (!ELEMENTS.has(name) || !areSafe(name, attributes, isRoot)) return false;
      if (name === 'img') hasContent = true;
      if (selfClosing !== '/') open.push(name);
    }
  }
  return open.length === 0 && hasContent;
}

function areSafe(element: string, attributes: string, isRoot: boolean): boolean {
  const seen = new Set<string>();
  for (const [, name = '', double, single] of attributes.matchAll(ATTRIBUTE)) {
    const value = (double ?? single ?? '').trim();
    if (seen.has(name) || !ATTRIBUTES.has(name) || BAD_AMPERSAND.test(value)) return false;
    seen.add(name);
    // An entity or control character inside a link could hide what it does from this check.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what hides.
    const plain = value.replace(/&amp;/g, '&').replace(/[\u0000-\u0020]/g, '');
    if (name === 'xmlns' && value !== XHTML) return false;
    if ((name === 'href' || name === 'cite' || name === 'longdesc') && !(value === '' || SAFE_LINK.test(plain)))
      return false;
    if (name === 'src' && !(element === 'img' && SAFE_IMAGE.test(plain))) return false;
    if (name === 'style' && ACTIVE_STYLE.test(value.replace(/\/\*.*?\*\//gs, ''))) return false;
    if (name === 'style' && /&#/.test(value)) return false;
  }
  return !isRoot || seen.has('xmlns');
}
