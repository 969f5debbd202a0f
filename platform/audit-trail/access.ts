// One access as it is spooled: who asked for what, when, from where, and how it ended. Never what was answered.

export interface Access {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** 0 where nobody was recognised. */
  readonly clinic: number;
  /** FHIR's interaction (`read`, `search`, ...), `login` or `logout`. */
  readonly interaction: string;
  /** The HTTP status of the answer. */
  readonly status: number;
  /** The user's id, or the client's for a program acting for itself; '' where nobody was recognised. */
  readonly user: string;
  /** The FHIR resource that stands for the user; '' when there is none. */
  readonly who: string;
  readonly client: string;
  /** The network address it came from; '' when it came from inside. */
  readonly address: string;
  /** What was asked for; '' at system level. */
  readonly type: string;
  readonly id: string;
  /** The version of a vread, the name of an operation, the type searched in a compartment. */
  readonly last: string;
  /** The patients whom the answer names. */
  readonly patients: readonly string[];
  /** The raw query of a search. */
  readonly query: string;
  readonly requestId: string;
}

type Line = [
  ...[at: number, clinic: number, interaction: string, status: number, user: string, who: string, client: string],
  ...[address: string, type: string, id: string, last: string, patients: string, query: string, requestId: string],
];

/** A JSON array without line breaks: names for every field would double the bytes that each read writes. */
export const accessLine = (access: Access): string =>
  JSON.stringify([
    ...[access.at, access.clinic, access.interaction, access.status, access.user, access.who, access.client],
    ...[access.address, access.type, access.id, access.last, access.patients.join(' '), access.query, access.requestId],
  ]);

const SHAPE = 'nnsnssssssssss';

/** @returns null for a line that is no access */
export function readAccess(line: string): Access | null {
  const fields = parsed(line);
  if (!Array.isArray(fields) || fields.length !== SHAPE.length) return null;
  if (!fields.every((field, n) => typeof field === (SHAPE[n] === 'n' ? 'number' : 'string'))) return null;
  const [at, clinic, interaction, status, user, who, client, address, type, id, last, patients, query, requestId] =
    fields as Line;
  return {
    ...{ at, clinic, interaction, status, user, who, client, address, type, id, last, query, requestId },
    patients: patients === '' ? [] : patients.split(' '),
  };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
