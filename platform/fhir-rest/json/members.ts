// Where the members of a JSON object stand in its text, so that parts can be taken out or put in without parsing.
import { refuse } from '@polyclinic/kit';

/** A member: its name and where its value stands in the text, [start, end). */
export interface Member {
  readonly name: string;
  /** Where the member begins: the quote before its name. */
  readonly from: number;
  readonly start: number;
  readonly end: number;
}

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const BACKSLASH = 92;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN = 123;
const CLOSE = 125;

const broken = (at: number) => refuse('structure', `malformed JSON at character ${at}`);

/** The position of the next character that is no white space. */
export function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return at;
    at++;
  }
}

/** The position after the string whose opening quote is at `from`. */
export function skipString(text: string, from: number): number {
  let at = from;
  for (;;) {
    at = text.indexOf('"', at + 1);
    if (at === -1) throw broken(from);
    let back = at - 1;
    while (text.charCodeAt(back) === BACKSLASH) back--;
    if ((at - back) % 2 === 1) return at + 1;
  }
}

/** The position after the value that starts at `from`. What is inside an object or list is not checked. */
export function skipValue(text: string, from: number): number {
  const first = text.charCodeAt(from);
  if (first === QUOTE) return skipString(text, from);
  if (first !== OPEN && first !== OPEN_LIST) return skipPlain(text, from);
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = skipString(text, at) - 1;
    else if (code === OPEN || code === OPEN_LIST) depth++;
    else if (code === CLOSE || code === CLOSE_LIST) {
      depth--;
      if (depth === 0) return at + 1;
    }
  }
  throw broken(from);
}

/** A number, true, false or null. */
function skipPlain(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === COMMA || code === CLOSE || code === CLOSE_LIST || code <= 32) break;
  }
  if (at === from) throw broken(from);
  return at;
}

/** The members of the object that starts at `from`, in order. @throws Refusal where it is not an object, or a name comes twice */
export function membersOf(text: string, from: number): Member[] {
  let at = skipSpace(text, from);
  if (text.charCodeAt(at) !== OPEN) throw broken(at);
  const members: Member[] = [];
  const names = new Set<string>();
  at = skipSpace(text, at + 1);
  if (text.charCodeAt(at) === CLOSE) return members;
  for (;;) {
    if (text.charCodeAt(at) !== QUOTE) throw broken(at);
    const nameEnd = skipString(text, at);
    const name = text.slice(at + 1, nameEnd - 1);
    if (names.has(name)) throw refuse('structure', 'a name comes twice in one object');
    names.add(name);
    const colon = skipSpace(text, nameEnd);
    if (text.charCodeAt(colon) !== COLON) throw broken(colon);
    const start = skipSpace(text, colon + 1);
    const end = skipValue(text, start);
    members.push({ name, from: at, start, end });
    at = skipSpace(text, end);
    const code = text.charCodeAt(at);
    if (code === CLOSE) return members;
    if (code !== COMMA) throw broken(at);
    at = skipSpace(text, at + 1);
  }
}

/** Where each item of the list that starts at `from` begins. */
export function itemsOf(text: string, from: number): number[] {
  let at = skipSpace(text, from);
  if (text.charCodeAt(at) !== OPEN_LIST) throw broken(at);
  const items: number[] = [];
  at = skipSpace(text, at + 1);
  if (text.charCodeAt(at) === CLOSE_LIST) return items;
  for (;;) {
    items.push(at);
    at = skipSpace(text, skipValue(text, at));
    const code = text.charCodeAt(at);
    if (code === CLOSE_LIST) return items;
    if (code !== COMMA) throw broken(at);
    at = skipSpace(text, at + 1);
  }
}
