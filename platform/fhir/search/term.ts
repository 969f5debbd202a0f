// Searchable tokens as 64-bit numbers. A term is the token's hash XOR the parameter's, so one dictionary of tokens serves
// every parameter. Stored: these functions may never change.
import { hash } from 'node:crypto';
import type { Hash, ParameterNumber } from './index-entries.ts';

/** The first eight bytes of SHA-1, signed. */
export function hash64(text: string): bigint {
  return hash('sha1', text, 'buffer').readBigInt64BE(0);
}

export interface Token {
  readonly system: string;
  readonly code: string;
  readonly bits: bigint;
  readonly hash: Hash;
}

// Codes repeat: a clinic's whole vocabulary fits. Full, it starts over rather than keeping an order nobody needs.
const MAX_CACHED = 50_000;
// Longer texts are rare one-offs that would only fill memory.
const MAX_CACHED_LENGTH = 200;
const tokens = new Map<string, Token>();

/** The token of a coding; system '' where there is none. */
export function tokenOf(system: string, code: string): Token {
  const text = `${system}|${code}`;
  const known = tokens.get(text);
  if (known !== undefined && known.system === system) return known;
  const bits = hash64(text);
  const token = { system, code, bits, hash: bits.toString() };
  if (text.length <= MAX_CACHED_LENGTH) {
    if (tokens.size >= MAX_CACHED) tokens.clear();
    tokens.set(text, token);
  }
  return token;
}

const numbered = new Map<string, bigint>();

function numberedBits(kind: string, number: ParameterNumber): bigint {
  const text = `${kind}:${number}`;
  const known = numbered.get(text);
  if (known !== undefined) return known;
  const bits = hash64(text);
  numbered.set(text, bits);
  return bits;
}

/** What a parameter adds to a token to make its term. */
export const parameterBits = (number: ParameterNumber): bigint => numberedBits('parameter', number);
/** The same for :text. */
export const textBits = (number: ParameterNumber): bigint => numberedBits('text', number);

/** The dictionary keeps this much of a display; a search for longer text compares this much. */
export const TEXT_LENGTH = 200;

/** `parameterBits` as decimal text: XOR a token's hash it gives the parameter's term. */
export function parameterHash(number: ParameterNumber): Hash {
  return parameterBits(number).toString();
}

/** `textBits` as decimal text. */
export function textHash(number: ParameterNumber): Hash {
  return textBits(number).toString();
}
