// What is wrong with a new password, if anything: length counts, composition does not.
// https://pages.nist.gov/800-63-4/sp800-63b.html#passwordver
export const SHORTEST_PASSWORD = 12;

const OBVIOUS = /^(?:(.)\1*|(?:password|passwort|qwerty|letmein|welcome|polyclinic|abc|[\d\W_])+)$/i;

/** In words for the person who chose it; null when nothing is. */
export function passwordFault(password: string, username: string): string | null {
  if ([...password].length < SHORTEST_PASSWORD)
    return `Please use at least ${SHORTEST_PASSWORD} characters. A few words in a row are easy to remember.`;
  if (Buffer.byteLength(password) > 1024) return 'That is too long. Please use at most 1000 characters.';
  const [mailbox = username] = username.split('@');
  if (OBVIOUS.test(password) || password.toLowerCase().replaceAll(mailbox, '').length < SHORTEST_PASSWORD / 2)
    return 'That is among the first things somebody would guess. Please choose something else.';
  return null;
}
