// What the client would rather have: http://hl7.org/fhir/R4/http.html#ops and http://hl7.org/fhir/R4/search.html#errors
export interface Preference {
  readonly return: 'minimal' | 'representation' | 'OperationOutcome';
  readonly handling: 'strict' | 'lenient';
}

const USUAL: Preference = { return: 'representation', handling: 'lenient' };
const RETURNS = ['minimal', 'representation', 'OperationOutcome'] as const;

/** Reads a Prefer header; what is not understood is left out, as RFC 7240 asks. */
export function readPreference(header: string | undefined): Preference {
  if (header === undefined || header === '') return USUAL;
  let { return: wanted, handling } = USUAL;
  for (const part of header.split(/[,;]/)) {
    const at = part.indexOf('=');
    const name = (at === -1 ? part : part.slice(0, at)).trim().toLowerCase();
    const value =
      at === -1
        ? ''
        : part
            .slice(at + 1)
            .trim()
            .replace(/^"|"$/g, '');
    if (name === 'return') wanted = RETURNS.find((known) => known.toLowerCase() === value.toLowerCase()) ?? wanted;
    if (name === 'handling' && (value === 'strict' || value === 'lenient')) handling = value;
  }
  return { return: wanted, handling };
}
