// A patient's own list of who saw or changed the record. Nobody else's, whatever roles the caller has.
import { parseSearch } from '@polyclinic/fhir/search';
import { refuse, type Subject } from '@polyclinic/kit';
import type { Records } from '@polyclinic/records';
import { inPlainWords } from '../domain/plain-words.ts';

export interface MyAccessesParts {
  readonly records: Pick<Records, 'search'>;
  readonly now: () => Date;
  /** The names behind references as `Practitioner/x`; what has none is left out. */
  readonly namesOf: (clinic: number, references: readonly string[]) => Promise<ReadonlyMap<string, string>>;
}

export interface MyAccess {
  readonly at: string;
  readonly who: string;
  readonly did: string;
  readonly through: string;
}

/** The parts of an audit event that are told: the service wrote them itself. */
interface Event {
  readonly recorded: string;
  readonly outcome: string;
  readonly subtype?: readonly { readonly code: string }[];
  readonly agent: readonly {
    readonly requestor: boolean;
    readonly altId?: string;
    readonly who?: { readonly reference?: string; readonly display?: string };
  }[];
  readonly entity?: readonly {
    readonly what?: { readonly reference?: string };
    readonly role?: { readonly code: string };
    readonly description?: string;
  }[];
}

const RESOURCE = '4';
const QUERY = '24';

/** @throws Refusal `forbidden` for whoever is no patient */
export async function myAccesses(
  { records, now, namesOf }: MyAccessesParts,
  subject: Subject,
  { cursor, count }: { readonly cursor?: string; readonly count: number },
): Promise<{ accesses: MyAccess[]; next?: string }> {
  const { patient, clinic, fhirUser } = subject;
  if (patient === undefined || fhirUser !== `Patient/${patient}`)
    throw refuse('forbidden', 'Only patients have a record of their own.');
  const asked = new URLSearchParams({
    patient,
    _count: String(count),
    ...(cursor !== undefined && { _cursor: cursor }),
  });
  const query = parseSearch({ types: ['AuditEvent'], query: asked.toString(), strict: true, now });
  const page = await records.search(query, { clinic, patients: [patient] });
  const events = page.matches.map(({ content }) => JSON.parse(content ?? '{}') as Event);
  const people = new Set(events.flatMap((event) => userOf(event)?.who?.reference ?? []));
  const names = await namesOf(clinic, [...people]);
  const accesses = events.map((event) => told(event, names, fhirUser));
  return page.next === null ? { accesses } : { accesses, next: page.next };
}

const userOf = ({ agent }: Event) => agent.find(({ requestor }) => requestor);

function told(event: Event, names: ReadonlyMap<string, string>, self: string): MyAccess {
  const reference = userOf(event)?.who?.reference;
  const through = event.agent[1]?.who?.display ?? 'Polyclinic';
  const name =
    reference === self ? 'You' : (names.get(reference ?? '') ?? (reference === undefined ? through : 'Staff'));
  const did = inPlainWords({ subtype: event.subtype?.[0]?.code ?? '', outcome: event.outcome, type: typeOf(event) });
  return { at: event.recorded, who: name, did, through };
}

/** What it was about: a resource, or what a search looked for. */
function typeOf({ entity = [] }: Event): string {
  const resource = entity.find(({ role }) => role?.code === RESOURCE)?.what?.reference;
  const searched = entity.find(({ role }) => role?.code === QUERY)?.description;
  return /^[A-Z][A-Za-z]+/.exec(resource ?? searched ?? '')?.[0] ?? '';
}
