// Where referential integrity is on: no reference to nothing, and nothing deleted that is still referred to.
import type { SearchQuery } from '@polyclinic/fhir/search';
import { type Issue, Refusal, refuse, type Subject } from '@polyclinic/kit';
import type { Key, Records, Visibility } from '@polyclinic/records';
import { readLiteral } from './links.ts';
import type { FhirParts } from './parts.ts';
import { readAnywhere } from './read-anywhere.ts';

const NONE: ReadonlySet<string> = new Set();
/** Enough names for whoever has to mend it; hostile input must not make a large answer. */
const MOST_ISSUES = 20;

const everything = (subject: Subject): Visibility => ({ clinic: subject.clinic, patients: null });

/**
 * @param resource the resource, parsed
 * @param alongside what comes into being together with it, as `Type/id`
 * @throws Refusal 422 naming each element whose reference to this server leads to nothing
 */
export async function checkReferences(
  parts: FhirParts,
  resource: unknown,
  request: { readonly subject: Subject; readonly base: string },
  alongside: ReadonlySet<string> = NONE,
): Promise<void> {
  if (parts.settings.integrity === 'off') return;
  const paths = new Map<string, string>();
  collect(resource, (resource as { resourceType: string }).resourceType, request.base, paths);
  const wanted = [...paths.keys()].filter((reference) => !alongside.has(reference));
  const there = await readAnywhere(parts, parts.records, wanted, everything(request.subject));
  const issues = wanted
    .filter((reference) => !there.has(reference))
    .slice(0, MOST_ISSUES)
    .map((reference): Issue => {
      const path = paths.get(reference) ?? '';
      return { severity: 'error', code: 'not-found', diagnostics: `${path} refers to nothing`, expression: [path] };
    });
  if (issues.length > 0) throw new Refusal(issues, 422);
}

/** Every literal reference below an element, with the path where it first occurs. */
function collect(element: unknown, path: string, base: string, into: Map<string, string>): void {
  if (Array.isArray(element)) for (const [at, item] of element.entries()) collect(item, `${path}[${at}]`, base, into);
  else if (typeof element === 'object' && element !== null)
    for (const [name, value] of Object.entries(element))
      if (name === 'reference' && typeof value === 'string') {
        const literal = readLiteral(value, base);
        const reference = literal === null ? null : `${literal.type}/${literal.id}`;
        if (reference !== null && !into.has(reference)) into.set(reference, path);
      } else if (typeof value === 'object') collect(value, `${path}.${name}`, base, into);
}

/**
 * @param going what is deleted together, as `Type/id`: what refers to each other may go together
 * @throws Refusal 409 where something that stays refers to the resource
 */
export async function checkUnreferenced(
  parts: FhirParts,
  records: Pick<Records, 'search'>,
  key: Key,
  subject: Subject,
  going: ReadonlySet<string> = NONE,
): Promise<void> {
  if (parts.settings.integrity === 'off') return;
  const { included } = await records.search(pointingAt(key), everything(subject));
  const staying = included.find(({ type, id }) => !(type === key.type && id === key.id) && !going.has(`${type}/${id}`));
  if (staying !== undefined) throw refuse('conflict', `a ${staying.type} still refers to this ${key.type}`);
}

const pointingAt = ({ type, id }: Key): SearchQuery => ({
  types: [type],
  criteria: { [type]: [{ kind: 'id', not: false, ids: [id] }] },
  compartment: null,
  sort: [],
  count: 1,
  cursor: null,
  total: 'none',
  summary: 'false',
  elements: [],
  includes: [{ source: '*', parameter: null, target: null, iterate: false, reverse: true }],
  used: [],
  ignored: [],
});
