// Where a resource stands relative to this server: references, fullUrls and locations. http://hl7.org/fhir/R4/references.html
export const LEGAL_ID = /^[A-Za-z0-9\-.]{1,64}$/;

const LITERAL = /^([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/([A-Za-z0-9\-.]{1,64}))?$/;

export interface LiteralReference {
  readonly type: string;
  readonly id: string;
  readonly version?: string;
}

/** Reads `Type/id`, `Type/id/_history/v` or the same below `base`; null for anything else. */
export function readLiteral(reference: string, base: string): LiteralReference | null {
  const relative =
    reference.startsWith(base) && reference[base.length] === '/' ? reference.slice(base.length + 1) : reference;
  const match = LITERAL.exec(relative);
  if (match === null) return null;
  const [, type, id, version] = match;
  return version === undefined ? { type: type!, id: id! } : { type: type!, id: id!, version };
}

/** A conditional reference, `Type?criteria`: http://hl7.org/fhir/R4/http.html#trules */
export function readConditional(reference: string): { type: string; criteria: string } | null {
  const at = reference.indexOf('?');
  if (at <= 0) return null;
  const type = reference.slice(0, at);
  return /^[A-Z][A-Za-z]+$/.test(type) ? { type, criteria: reference.slice(at + 1) } : null;
}
