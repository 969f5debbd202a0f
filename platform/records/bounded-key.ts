// Keeps what a b-tree must carry within its limit: an index row holds at most 2,704 bytes.
import { createHash } from 'node:crypto';

/** Longest text, in UTF-16 units (at most 3 bytes each), that is indexed as it is. */
const LONGEST = 400;

/**
 * A text as it is stored in, and looked up from, an indexed column: itself, or for a very long one its start and its
 * hash, so that equal texts stay equal and different ones different. Used on reference URLs and on the codes and
 * systems of the token dictionary.
 */
export function boundedKey(text: string): string {
  if (text.length <= LONGEST) return text;
  // A cut inside a surrogate pair would not be UTF-8.
  const start = text.slice(0, 300).toWellFormed();
  return `${start}#${createHash('sha256').update(text).digest('hex')}`;
}
