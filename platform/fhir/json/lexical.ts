// The words of JSON text: strings, numbers, literals, white space. Spec: https://www.rfc-editor.org/rfc/rfc8259
// Each function takes the text and where the word begins, and answers where it ends; trouble is a JsonFault.

/** What is wrong with the text and where; the scanner turns it into a Refusal with a path. */
export class JsonFault extends Error {
  readonly at: number;
  constructor(message: string, at: number) {
    super(message);
    this.at = at;
  }
}

/** Longer numbers have no meaning in medicine and cost the database dearly. */
const LONGEST_NUMBER = 64;
const HEX = /^[0-9a-fA-F]{4}$/;

export function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const char = text.charCodeAt(at);
    if (char === 32 || char === 10 || char === 13 || char === 9) at += 1;
    else return at;
  }
}

/** `from` is just behind the opening quote; answers the position of the closing one. */
export function endOfString(text: string, from: number): number {
  let at = from;
  for (;;) {
    const char = text.charCodeAt(at);
    if (char === 34) return at;
    if (char === 92) at = afterEscape(text, at);
    else if (char >= 32) at += 1;
    else if (at >= text.length) throw new JsonFault('a string is not closed', at);
    else throw new JsonFault('a string holds a control character', at);
    // charCodeAt behind the end is NaN, which is not >= 32 either, so the loop ends there.
  }
}

function afterEscape(text: string, at: number): number {
  const char = text.charCodeAt(at + 1);
  if (char !== 117) {
    // " \ / b f n r t
    if (char === 34 || char === 92 || char === 47 || char === 98 || char === 102) return at + 2;
    if (char === 110 || char === 114 || char === 116) return at + 2;
    throw new JsonFault('a string holds an escape that JSON does not know', at);
  }
  const unit = codeUnit(text, at);
  if (unit === 0) throw new JsonFault('a string holds the NUL character', at);
  if (unit < 0xd800 || unit > 0xdfff) return at + 6;
  // A pair is written as two escapes; half a pair is no character.
  if (unit < 0xdc00 && text.startsWith('\\u', at + 6)) {
    const low = codeUnit(text, at + 6);
    if (low >= 0xdc00 && low <= 0xdfff) return at + 12;
  }
  throw new JsonFault('a string holds half a surrogate pair', at);
}

function codeUnit(text: string, at: number): number {
  const digits = text.slice(at + 2, at + 6);
  if (!HEX.test(digits)) throw new JsonFault('a string holds a malformed \\u escape', at);
  return Number.parseInt(digits, 16);
}

/** `-12.50e+3`: no leading zeros, no bare point. */
export function endOfNumber(text: string, from: number): number {
  let at = text.charCodeAt(from) === 45 ? from + 1 : from;
  if (text.charCodeAt(at) === 48) at += 1;
  else at = digits(text, at);
  if (text.charCodeAt(at) === 46) at = digits(text, at + 1);
  const exponent = text.charCodeAt(at);
  if (exponent === 101 || exponent === 69) {
    const sign = text.charCodeAt(at + 1);
    at = digits(text, sign === 43 || sign === 45 ? at + 2 : at + 1);
  }
  if (at - from > LONGEST_NUMBER) throw new JsonFault(`a number has more than ${LONGEST_NUMBER} characters`, from);
  return at;
}

function digits(text: string, from: number): number {
  let at = from;
  for (;;) {
    const char = text.charCodeAt(at);
    if (char >= 48 && char <= 57) at += 1;
    else if (at > from) return at;
    else throw new JsonFault('a number is malformed', at);
  }
}

export function endOfLiteral(text: string, from: number): number {
  if (text.startsWith('true', from) || text.startsWith('null', from)) return from + 4;
  if (text.startsWith('false', from)) return from + 5;
  throw new JsonFault(from >= text.length ? 'the text ends too early' : 'a value was expected', from);
}
