// One e-mail address as it is kept and compared. Whether it works is shown by a letter, not by its looks.

const ADDRESS = /^[^\s@<>,;:"()[\]\\]{1,64}@[^\s@<>,;:"()[\]\\]{1,189}$/;

/** Folded; null for what no letter could go to. */
export function emailAddress(given: string): string | null {
  const folded = given.trim().normalize('NFKC').toLowerCase();
  return ADDRESS.test(folded) ? folded : null;
}
