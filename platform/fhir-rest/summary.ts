// `_summary` and `_elements`: parts of resources, cut out of their text. http://hl7.org/fhir/R4/search.html#summary
import { refuse } from '@polyclinic/kit';
import { membersOfType } from './elements.ts';
import { type Member, membersOf } from './json/members.ts';

export type Subset =
  | { readonly kind: 'summary' | 'text' | 'data' }
  | { readonly kind: 'elements'; readonly names: readonly string[] };

const TAG =
  '{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED","display":"subsetted"}';
const ALWAYS = new Set(['resourceType', 'id', 'meta']);

/** The part of each resource that a request asks for; null when it asks for all of it. */
export function readSubset(query: string): Subset | null {
  if (!query.includes('_summary') && !query.includes('_elements')) return null;
  const parameters = new URLSearchParams(query);
  const summary = parameters.get('_summary');
  const elements = parameters.get('_elements');
  if (summary !== null && !['true', 'false', 'text', 'data', 'count'].includes(summary))
    throw refuse('value', '_summary is true, text, data, count or false', { expression: '_summary', status: 400 });
  return subset(summary ?? 'false', elements === null ? [] : elements.split(','));
}

export function subset(summary: string, elements: readonly string[]): Subset | null {
  if (summary === 'true') return { kind: 'summary' };
  if (summary === 'text' || summary === 'data') return { kind: summary };
  const names = elements.map((name) => name.trim()).filter((name) => name !== '');
  return names.length === 0 ? null : { kind: 'elements', names };
}

/** The wanted part of a resource, tagged SUBSETTED so that nobody writes it back as if it were whole. */
export function subsetOf(content: string, type: string, wanted: Subset): string {
  const keep = keeper(type, wanted);
  const kept = membersOf(content, 0)
    .filter(({ name }) => keep(name))
    .map((member) => (member.name === 'meta' ? withTag(content, member) : content.slice(member.from, member.end)));
  return `{${kept.join(',')}}`;
}

function keeper(type: string, wanted: Subset): (member: string) => boolean {
  if (wanted.kind === 'data') return (name) => name !== 'text';
  const elements = membersOfType(type);
  const names = wanted.kind === 'elements' ? new Set(wanted.names.map((name) => name.replace(`${type}.`, ''))) : null;
  const wants = (name: string): boolean => {
    const element = elements.get(name.startsWith('_') ? name.slice(1) : name);
    if (element === undefined) return false;
    if (element.mandatory) return true;
    if (wanted.kind === 'summary') return element.summary;
    if (wanted.kind === 'text') return name === 'text';
    return names?.has(element.name) === true || names?.has(name) === true;
  };
  return (name) => ALWAYS.has(name) || wants(name);
}

function withTag(content: string, meta: Member): string {
  const inside = membersOf(content, meta.start);
  const tags = inside.find(({ name }) => name === 'tag');
  const lead = content.slice(meta.from, meta.start);
  if (tags !== undefined) {
    const first = content.slice(tags.start + 1, meta.end);
    return `${lead}${content.slice(meta.start, tags.start)}[${TAG}${first.trimStart().startsWith(']') ? '' : ','}${first}`;
  }
  const rest = content.slice(meta.start + 1, meta.end);
  return `${lead}{"tag":[${TAG}]${inside.length === 0 ? '' : ','}${rest}`;
}
