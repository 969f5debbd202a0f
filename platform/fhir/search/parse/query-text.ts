// Takes a query string or form body apart into decoded pairs. Spec: https://url.spec.whatwg.org/#urlencoded-parsing
import { badParameter } from './refusals.ts';

export interface Pair {
  readonly name: string;
  readonly value: string;
}

// More than any form of ours sends; each costs a condition in one SQL statement.
const MAX_PAIRS = 200;
// Long enough for a thousand ids in one list.
const MAX_VALUE_LENGTH = 100_000;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what is refused
const CONTROL = /[\u0000-\u001f\u007f]/;

/** @throws Refusal 400 for broken percent-encoding, control characters, or too much of anything. */
export function queryPairs(text: string): Pair[] {
  const pairs: Pair[] = [];
  if (text === '') return pairs;
  for (const piece of text.split('&')) {
    if (piece === '') continue;
    if (pairs.length >= MAX_PAIRS) throw badParameter('', `is one too many: a search takes at most ${MAX_PAIRS}`);
    const equals = piece.indexOf('=');
    const name = decoded(equals < 0 ? piece : piece.slice(0, equals), '');
    const value = decoded(equals < 0 ? '' : piece.slice(equals + 1), name);
    pairs.push({ name, value });
  }
  return pairs;
}

function decoded(text: string, name: string): string {
  if (text.length > 3 * MAX_VALUE_LENGTH) throw badParameter(name, 'is too long');
  let plain: string;
  try {
    plain = decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw badParameter(name, 'has broken percent-encoding');
  }
  if (plain.length > MAX_VALUE_LENGTH) throw badParameter(name, 'is too long');
  if (CONTROL.test(plain) || !plain.isWellFormed()) throw badParameter(name, 'holds control characters or broken text');
  return plain;
}
