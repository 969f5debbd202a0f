// Puts a resource's identity into the text it was received as, leaving every other byte alone, so that 1.10 stays 1.10.
import { refuse } from '@polyclinic/kit';
import type { Member, ResourceSpans, Span } from './scan.ts';

/** `value` takes the place of text [start, end), as it is: JSON-escape what needs it. */
export interface Replacement extends Span {
  readonly value: string;
}

/** Content = before + `"versionId":"…","lastUpdated":"…"` + after. */
export interface Spliced {
  readonly before: string;
  readonly after: string;
}

/** The text with the replacements made; they must not overlap. */
export function replaceSpans(text: string, replacements: readonly Replacement[]): string {
  return replaceWithin(text, 0, text.length, replacements);
}

/**
 * Splits a received resource around its version: `id` stands where it stood or right behind resourceType, versionId and
 * lastUpdated stand first in meta. `rewritten` are links of this resource that get new values.
 * @throws Refusal when there is no resourceType, or meta is not an object.
 */
export function spliceIdentity(
  text: string,
  resource: ResourceSpans,
  id: string,
  rewritten: readonly Replacement[] = [],
): Spliced {
  const { resourceType, meta } = resource;
  if (resourceType === null)
    throw refuse('structure', 'resourceType is missing.', { expression: 'Resource', status: 400 });
  if (meta !== null && text.charCodeAt(meta.value) !== 123)
    throw refuse('structure', 'meta must be an object.', { expression: 'Resource.meta', status: 400 });
  const changes = [...rewritten];
  const quoted = JSON.stringify(id);
  if (resource.id !== null) changes.push({ start: resource.id.value, end: resource.id.end, value: quoted });
  else changes.push({ start: resourceType.end, end: resourceType.end, value: `,"id":${quoted}` });

  const cut = meta === null ? resourceType.end : meta.value + 1;
  if (meta !== null) changes.push(...withoutVersion(resource.metaMembers));
  const head = replaceWithin(
    text,
    resource.start,
    cut,
    changes.filter(({ end }) => end <= cut),
  );
  const tail = replaceWithin(
    text,
    cut,
    resource.end,
    changes.filter(({ end }) => end > cut),
  );
  if (meta === null) return { before: `${head},"meta":{`, after: `}${tail}` };
  const othersFollow = resource.metaMembers.some((member) => !isVersion(member));
  return { before: head, after: othersFollow ? `,${tail}` : tail };
}

type MetaMember = ResourceSpans['metaMembers'][number];

const isVersion = ({ name }: MetaMember): boolean => name === 'versionId' || name === 'lastUpdated';

/** Cuts versionId and lastUpdated out of meta together with the comma that is theirs. */
function withoutVersion(members: readonly MetaMember[]): Replacement[] {
  const cuts: Replacement[] = [];
  const lastKept = members.findLastIndex((member) => !isVersion(member));
  members.slice(0, lastKept + 1).forEach((member, index) => {
    const next = members[index + 1];
    if (isVersion(member) && next !== undefined) cuts.push({ start: member.start, end: next.start, value: '' });
  });
  const first: Member | undefined = members[lastKept + 1];
  const last: Member | undefined = members.at(-1);
  if (first !== undefined && last !== undefined)
    cuts.push({ start: members[lastKept]?.end ?? first.start, end: last.end, value: '' });
  return cuts;
}

function replaceWithin(text: string, start: number, end: number, replacements: readonly Replacement[]): string {
  let result = '';
  let at = start;
  for (const replacement of replacements.toSorted((a, b) => a.start - b.start)) {
    if (replacement.start < at || replacement.end > end) throw new Error('replacements overlap');
    result += text.slice(at, replacement.start) + replacement.value;
    at = replacement.end;
  }
  return result + text.slice(at, end);
}
