// Who is written down in the log as the author of a version: person, program and network address in one text.

export interface Author {
  /** The FHIR resource that stands for the user, or the user's or program's own id. */
  readonly who: string;
  /** The OAuth client; '' where the row does not say. */
  readonly client: string;
  readonly address: string;
}

// No reference, client id or address has one.
const BETWEEN = '\t';

export const authorText = ({ who, client, address }: Author): string => `${who}${BETWEEN}${client}${BETWEEN}${address}`;

export function readAuthor(text: string): Author {
  const [who = '', client = '', address = ''] = text.split(BETWEEN);
  return { who, client, address };
}
