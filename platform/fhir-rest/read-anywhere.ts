// Current versions by reference, wherever their owners live.
import type { Records, Version, Visibility } from '@polyclinic/records';
import type { FhirParts } from './parts.ts';

/** What of `references` (`Type/id`) is there and can be seen, by reference. Deleted resources are not there. */
export async function readAnywhere(
  parts: Pick<FhirParts, 'local' | 'owners' | 'remote'>,
  records: Pick<Records, 'read'>,
  references: readonly string[],
  visibility: Visibility,
): Promise<ReadonlyMap<string, Version>> {
  const there = new Map<string, Version>();
  const typeOf = (reference: string) => reference.slice(0, reference.indexOf('/'));
  const here = references.filter((reference) => parts.local.has(typeOf(reference)));
  const away = references.filter(
    (reference) => !parts.local.has(typeOf(reference)) && parts.owners.has(typeOf(reference)),
  );
  const keys = here.map((reference) => {
    const type = typeOf(reference);
    return { clinic: visibility.clinic, type, id: reference.slice(type.length + 1) };
  });
  const [local, remote] = await Promise.all([
    keys.length === 0 ? [] : records.read(keys, visibility),
    away.length === 0 ? [] : (parts.remote?.readMany(away, visibility) ?? []),
  ]);
  for (const version of [...local, ...remote])
    if (version !== null && version.content !== null) there.set(`${version.type}/${version.id}`, version);
  return there;
}
