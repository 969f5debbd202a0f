// What differs between two versions of a resource, field by field, in the words they were sent in: 1.10 is not 1.1.
import { itemsOf, membersOf, skipSpace, skipValue } from './members.ts';

export interface Difference {
  /** FHIRPath to the field: `Patient.name[0].family`. */
  readonly path: string;
  /** JSON as it was sent; null where there was nothing. */
  readonly before: string | null;
  readonly after: string | null;
}

/** Set by the server at each version, so they always differ. */
const OF_THE_VERSION = new Set(['meta.versionId', 'meta.lastUpdated']);

/** @param before null where the resource did not exist: then its fields are told whole */
export function differences(type: string, before: string | null, after: string): readonly Difference[] {
  const found: Difference[] = [];
  if (before === null) for (const [name, value] of fieldsOf(after)) addField(type, name, null, value, found);
  else compareFields(type, '', before, after, found);
  return found;
}

function addField(type: string, path: string, before: string | null, after: string | null, into: Difference[]): void {
  if (!OF_THE_VERSION.has(path) && path !== 'resourceType') into.push({ path: `${type}.${path}`, before, after });
}

const fieldsOf = (text: string): Map<string, string> =>
  new Map(membersOf(text, 0).map(({ name, start, end }) => [name, text.slice(start, end)]));

function compareFields(type: string, path: string, before: string, after: string, into: Difference[]): void {
  const [old, young] = [fieldsOf(before), fieldsOf(after)];
  for (const name of new Set([...old.keys(), ...young.keys()]))
    compare(type, path === '' ? name : `${path}.${name}`, old.get(name) ?? null, young.get(name) ?? null, into);
}

function compare(type: string, path: string, before: string | null, after: string | null, into: Difference[]): void {
  if (before === after) return;
  const kind = before === null ? '' : before[0];
  if (before === null || after === null || kind !== after[0] || (kind !== '{' && kind !== '['))
    addField(type, path, before, after, into);
  else if (kind === '{') compareFields(type, path, before, after, into);
  else {
    const [old, young] = [listOf(before), listOf(after)];
    for (let at = 0; at < Math.max(old.length, young.length); at += 1)
      compare(type, `${path}[${at}]`, old[at] ?? null, young[at] ?? null, into);
  }
}

const listOf = (text: string): string[] =>
  itemsOf(text, skipSpace(text, 0)).map((start) => text.slice(start, skipValue(text, start)));
