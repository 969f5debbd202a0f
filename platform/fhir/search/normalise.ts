// How spelling is forgiven: what plain and :contains string searches compare. Both sides pass through here.
// Spec: http://hl7.org/fhir/R4/search.html#string

const PLAIN = /^[\x20-\x7e]*$/;
// Combining diacritics, Hebrew points and Arabic vowel signs. Not every mark: in Indic scripts marks are vowels.
const MARKS =
  /[\u0300-\u036f]|[\u0591-\u05bd]|[\u064b-\u065f]|[\u1ab0-\u1aff]|[\u1dc0-\u1dff]|[\u20d0-\u20ff]|[\ufe20-\ufe2f]/g;
const SPACES = /\s+/g;
const LETTERS: Readonly<Record<string, string>> = {
  ß: 'ss',
  ø: 'o',
  æ: 'ae',
  œ: 'oe',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};
const LETTER = /[ßøæœłđðþı]/g;

/** Lower case, without accents, single spaces. Idempotent. */
export function normalise(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase().replace(SPACES, ' ').trim();
  return text
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(MARKS, '')
    .replace(LETTER, (letter) => LETTERS[letter] ?? letter)
    .replace(SPACES, ' ')
    .trim();
}
