// Reads single members of a resource's text without parsing the rest.
import { membersOf } from './members.ts';

/** The text of a top-level string member; null when it is absent or no string. @throws Refusal when the text is no JSON object */
export function topLevelText(resource: string, name: string): string | null {
  const member = membersOf(resource, 0).find((each) => each.name === name);
  if (member === undefined || resource[member.start] !== '"') return null;
  return JSON.parse(resource.slice(member.start, member.end)) as string;
}

export const topLevelId = (resource: string): string | null => topLevelText(resource, 'id');
