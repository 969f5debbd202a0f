// The patients that a resource or a result Bundle names, found in its text: an answer is never parsed on its way out.

const LEAD = 'Patient/';
/** Whole pages are recorded; an export beyond this is one access to many, told by its query. */
const MOST = 2_000;

/**
 * The ids behind every `Patient/…` in JSON text: references, and the fullUrl of the patients themselves. Whoever is
 * named in an answer was seen, in whatever part.
 */
export function patientsIn(text: string): readonly string[] {
  let at = text.indexOf(LEAD);
  if (at < 0) return [];
  const found: string[] = [];
  let last = '';
  for (; at >= 0 && found.length < MOST; at = text.indexOf(LEAD, at)) {
    const before = text.charCodeAt(at - 1);
    at += LEAD.length;
    // A quote or a slash before it: else it is the end of another word.
    if (before !== 0x22 && before !== 0x2f) continue;
    let end = at;
    while (isIdCharacter(text.charCodeAt(end))) end += 1;
    // Patient/x/_history/2 and Patient/x#part mean x too; a query or plain prose does not end like this.
    const after = text.charCodeAt(end);
    if (end === at || end - at > 64 || (after !== 0x22 && after !== 0x2f && after !== 0x23)) continue;
    const id = text.slice(at, end);
    at = end;
    if (id === last) continue;
    last = id;
    if (!found.includes(id)) found.push(id);
  }
  return found;
}

const isIdCharacter = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) ||
  (code >= 0x41 && code <= 0x5a) ||
  (code >= 0x61 && code <= 0x7a) ||
  code === 0x2d ||
  code === 0x2e;
