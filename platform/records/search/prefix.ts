// Text that starts with a given text, as a range that a b-tree in "C" order can walk.

/** What the b-trees of string_value and identifier_value hold of a value, in characters. */
export const INDEXED_CHARACTERS = 200;

/** The smallest text after every text that starts with `start`, in code point order; null where there is none. */
export function afterAllStartingWith(start: string): string | null {
  const points = Array.from(start, (character) => character.codePointAt(0)!);
  for (let last = points.pop(); last !== undefined; last = points.pop())
    if (last < 0x10ffff) return String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1);
  return null;
}

/** The part of a text that the indexes hold. */
export function indexedPart(text: string): string {
  return text.length <= INDEXED_CHARACTERS ? text : Array.from(text).slice(0, INDEXED_CHARACTERS).join('');
}

/** Escapes what LIKE would take for a wildcard. */
export const likeLiterally = (text: string): string => text.replace(/[\\%_]/g, '\\$&');
