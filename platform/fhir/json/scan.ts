// Reads received JSON text once, before JSON.parse: refuses what JSON.parse would let pass or take badly (duplicate keys,
// depth, NUL, half characters), and notes where identity and links stand, so that the text can be stored as it was sent.
// Spec: http://hl7.org/fhir/R4/json.html
import { refuse } from '@polyclinic/kit';
import { endOfLiteral, endOfNumber, endOfString, JsonFault, skipSpace } from './lexical.ts';
import { drawLinkNames } from './link-names.ts';

/** Part of the text: [start, end). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A `"name": value` pair; `start` is at the name's quote, `end` behind the value. */
export interface Member extends Span {
  /** Where the value begins. */
  readonly value: number;
}

/** A string that may point to another resource: what stands between the quotes. */
export interface Link extends Span {
  /** `narrative` is a whole div in which links occur. */
  readonly kind: 'link' | 'narrative';
}

/** Where a resource stands in the text, and what of it bundles and versions have to change. */
export interface ResourceSpans extends Span {
  resourceType: Member | null;
  id: Member | null;
  meta: Member | null;
  /** The members inside `meta`. */
  readonly metaMembers: (Member & { readonly name: string })[];
  /** Strings that begin with `urn:` or hold a `?`, in properties that can hold a link, in order. */
  readonly links: Link[];
}

export interface Scan {
  readonly resource: ResourceSpans;
  /** By index in `entry`: the resource of each entry, null where an entry has none. Links inside stand there only. */
  readonly entries: readonly (ResourceSpans | null)[];
}

/** FHIR nests a dozen deep at most; extensions and questionnaires may add some. */
const DEEPEST = 64;
/** Objects with more names than this compare them by a set. */
const FEW_NAMES = 16;

/** What an object or array means for us; plain ones mean nothing. */
const PLAIN = 0;
const RESOURCE = 1;
const META = 2;
const ENTRIES = 3;
const ENTRY = 4;
type Role = typeof PLAIN | typeof RESOURCE | typeof META | typeof ENTRIES | typeof ENTRY;

interface Progress {
  readonly text: string;
  /** Names and indices down to where the scanner is. */
  readonly path: (string | number)[];
  /** The names of all open objects, innermost last. */
  readonly names: string[];
  readonly entries: (ResourceSpans | null)[];
  resource: ResourceSpans;
}

let linkNames: ReadonlySet<string> | undefined;

/** @throws Refusal `structure`, 400, naming the element and the position. */
export function scanJson(text: string): Scan {
  linkNames ??= drawLinkNames();
  const resource = newSpans(skipSpace(text, 0));
  const progress: Progress = { text, path: [], names: [], entries: [], resource };
  try {
    if (text.charCodeAt(0) === 0xfeff) throw new JsonFault('the text begins with a byte order mark', 0);
    if (resource.start >= text.length) throw new JsonFault('the body is empty', 0);
    if (text.charCodeAt(resource.start) !== 123)
      throw new JsonFault('a resource must be a JSON object', resource.start);
    const end = object(progress, resource.start, 1, RESOURCE);
    (resource as { end: number }).end = end;
    const rest = skipSpace(text, end);
    if (rest < text.length) throw new JsonFault('something follows the resource', rest);
    if (!text.isWellFormed()) throw new JsonFault('a string holds half a surrogate pair', 0);
  } catch (fault) {
    if (!(fault instanceof JsonFault)) throw fault;
    throw refuse('structure', `Malformed JSON at character ${fault.at}: ${fault.message}.`, {
      expression: expressionOf(progress.path),
      status: 400,
    });
  }
  return { resource, entries: progress.entries };
}

function newSpans(start: number): ResourceSpans {
  return { start, end: start, resourceType: null, id: null, meta: null, metaMembers: [], links: [] };
}

function value(progress: Progress, from: number, depth: number, role: Role): number {
  switch (progress.text.charCodeAt(from)) {
    case 34:
      return endOfString(progress.text, from + 1) + 1;
    case 123:
      return object(progress, from, depth + 1, role);
    case 91:
      return array(progress, from, depth + 1, role);
    case 45:
    case 48:
    case 49:
    case 50:
    case 51:
    case 52:
    case 53:
    case 54:
    case 55:
    case 56:
    case 57:
      return endOfNumber(progress.text, from);
    default:
      return endOfLiteral(progress.text, from);
  }
}

function object(progress: Progress, from: number, depth: number, role: Role): number {
  if (depth > DEEPEST) throw new JsonFault(`the resource is nested deeper than ${DEEPEST} levels`, from);
  const { text, names, path } = progress;
  const first = names.length;
  let many: Set<string> | undefined;
  let at = skipSpace(text, from + 1);
  if (text.charCodeAt(at) === 125) return at + 1;
  for (;;) {
    if (text.charCodeAt(at) !== 34) throw new JsonFault('a property name was expected', at);
    const start = at;
    const nameEnd = endOfString(text, at + 1);
    const raw = text.slice(at + 1, nameEnd);
    const name = raw.includes('\\') ? (JSON.parse(`"${raw}"`) as string) : raw;
    path[depth - 1] = name;
    if (many === undefined) {
      for (let i = first; i < names.length; i += 1)
        if (names[i] === name) throw new JsonFault('a property occurs twice in one object', start);
      if (names.length - first >= FEW_NAMES) many = new Set(names.slice(first));
    } else if (many.has(name)) throw new JsonFault('a property occurs twice in one object', start);
    many?.add(name);
    names.push(name);
    at = skipSpace(text, nameEnd + 1);
    if (text.charCodeAt(at) !== 58) throw new JsonFault('a colon was expected', at);
    at = skipSpace(text, at + 1);
    at = member(progress, { start, value: at, end: at }, name, depth, role);
    at = skipSpace(text, at);
    const next = text.charCodeAt(at);
    if (next === 44) at = skipSpace(text, at + 1);
    else if (next === 125) break;
    else throw new JsonFault(at >= text.length ? 'the text ends too early' : 'a comma or } was expected', at);
  }
  names.length = first;
  path.length = depth - 1;
  return at + 1;
}

/** Scans a member's value and notes it when it is one we look for. Answers where it ends. */
function member(progress: Progress, found: Member, name: string, depth: number, role: Role): number {
  const { text, resource } = progress;
  const from = found.value;
  if (text.charCodeAt(from) === 34) {
    const end = endOfString(text, from + 1);
    noteLink(progress, name, from + 1, end);
    if (role !== PLAIN) note(progress, { ...found, end: end + 1 }, name, role);
    return end + 1;
  }
  let inner: Role = PLAIN;
  if (role === RESOURCE) {
    if (name === 'meta') inner = META;
    else if (name === 'entry' && depth === 1) inner = ENTRIES;
  } else if (role === ENTRY && name === 'resource' && text.charCodeAt(from) === 123) {
    const entry = newSpans(from);
    progress.entries[progress.entries.length - 1] = entry;
    progress.resource = entry;
    const end = object(progress, from, depth + 1, RESOURCE);
    (entry as { end: number }).end = end;
    progress.resource = resource;
    return end;
  }
  const end =
    text.charCodeAt(from) === 91 ? array(progress, from, depth + 1, inner, name) : value(progress, from, depth, inner);
  if (role !== PLAIN) note(progress, { ...found, end }, name, role);
  return end;
}

function array(progress: Progress, from: number, depth: number, role: Role, name = ''): number {
  if (depth > DEEPEST) throw new JsonFault(`the resource is nested deeper than ${DEEPEST} levels`, from);
  const { text, path } = progress;
  let at = skipSpace(text, from + 1);
  if (text.charCodeAt(at) === 93) return at + 1;
  for (let index = 0; ; index += 1) {
    path[depth - 1] = index;
    if (text.charCodeAt(at) === 34) {
      const end = endOfString(text, at + 1);
      noteLink(progress, name, at + 1, end);
      at = end + 1;
    } else {
      if (role === ENTRIES) progress.entries.push(null);
      at = value(progress, at, depth, role === ENTRIES ? ENTRY : PLAIN);
    }
    at = skipSpace(text, at);
    const next = text.charCodeAt(at);
    if (next === 44) at = skipSpace(text, at + 1);
    else if (next === 93) break;
    else throw new JsonFault(at >= text.length ? 'the text ends too early' : 'a comma or ] was expected', at);
  }
  path.length = depth - 1;
  return at + 1;
}

function note({ resource }: Progress, found: Member, name: string, role: Role): void {
  if (role === META) resource.metaMembers.push({ ...found, name });
  else if (role !== RESOURCE) return;
  else if (name === 'resourceType') resource.resourceType = found;
  else if (name === 'id') resource.id = found;
  else if (name === 'meta') resource.meta = found;
}

function noteLink({ text, resource }: Progress, name: string, start: number, end: number): void {
  if (name === 'div') {
    if (text.slice(start, end).includes('urn:uuid:')) resource.links.push({ kind: 'narrative', start, end });
  } else if (linkNames?.has(name)) {
    const raw = text.slice(start, end);
    if (raw.startsWith('urn:') || raw.includes('?') || raw.includes('\\'))
      resource.links.push({ kind: 'link', start, end });
  }
}

/** `name[0].given`: only names that look like element names are repeated, anything else might be somebody's data. */
function expressionOf(path: readonly (string | number)[]): string {
  let expression = 'Resource';
  for (const step of path)
    if (typeof step === 'number') expression += `[${step}]`;
    else expression += /^_?[A-Za-z][A-Za-z0-9]{0,63}$/.test(step) ? `.${step}` : '.?';
  return expression;
}
