// The operations of a FHIRPath Patch as its Parameters resource spells them: http://hl7.org/fhir/R4/fhirpatch.html
import { refuse } from '@polyclinic/kit';
import { parseExactly, plainNumber } from './exact-numbers.ts';

export interface Operation {
  readonly type: 'add' | 'insert' | 'delete' | 'replace' | 'move';
  readonly path: string;
  readonly name?: string;
  readonly value?: PatchValue;
  readonly index?: number;
  readonly source?: number;
  readonly destination?: number;
}

export interface PatchValue {
  readonly content: unknown;
  /** The suffix of value[x], `Quantity`; null for an element given part by part. */
  readonly type: string | null;
}

/** More operations than this are a new version of the resource rather than a patch of it. */
const MOST_OPERATIONS = 1_000;
const TYPES = ['add', 'insert', 'delete', 'replace', 'move'] as const;

type Part = Readonly<Record<string, unknown>>;

/** @throws Refusal 400 naming the parameter that is wrong */
export function readOperations(patch: string): Operation[] {
  let parameters: unknown;
  try {
    parameters = parseExactly(patch);
  } catch {
    throw refuse('structure', 'the patch is not JSON');
  }
  const { resourceType, parameter } = (parameters ?? {}) as Part;
  if (resourceType !== 'Parameters' || !Array.isArray(parameter) || parameter.length === 0)
    throw refuse('structure', 'a FHIRPath Patch is a Parameters resource with operations', {
      expression: 'Parameters',
    });
  if (parameter.length > MOST_OPERATIONS) throw refuse('too-long', `a patch has at most ${MOST_OPERATIONS} operations`);
  return parameter.map((given: Part, at) => readOperation(given, `Parameters.parameter[${at}]`));
}

function readOperation(given: Part, where: string): Operation {
  const wrong = (why: string) => refuse('structure', why, { expression: where });
  if (given?.['name'] !== 'operation' || !Array.isArray(given['part']))
    throw wrong('must be named operation and have parts');
  const parts = new Map<unknown, Part>(given['part'].map((part: Part) => [part?.['name'], part]));
  const plain = (name: string): unknown => {
    const part = parts.get(name);
    return part === undefined ? undefined : plainNumber(givenValue(part)?.content);
  };
  const type = TYPES.find((known) => known === plain('type'));
  const path = plain('path');
  if (type === undefined) throw wrong(`part type must be one of ${TYPES.join(', ')}`);
  if (typeof path !== 'string') throw wrong('part path is missing');
  const name = plain('name');
  const value = parts.get('value');
  const position = (part: string): { [name: string]: number } => {
    const number = plain(part);
    if (number === undefined) return {};
    if (typeof number !== 'number' || !Number.isInteger(number)) throw wrong(`part ${part} must be a whole number`);
    return { [part]: number };
  };
  const content = value === undefined ? undefined : (givenValue(value) ?? { content: assembled(value), type: null });
  return {
    type,
    path,
    ...(typeof name === 'string' ? { name } : {}),
    ...(content === undefined ? {} : { value: content }),
    ...position('index'),
    ...position('source'),
    ...position('destination'),
  };
}

function givenValue(part: Part): PatchValue | undefined {
  for (const [key, content] of Object.entries(part))
    if (key.startsWith('value') && key.length > 5) return { content, type: key.slice(5) };
  return undefined;
}

/** An element of no named type, given as parts: a name that comes twice is a list. */
function assembled(part: Part): Record<string, unknown> {
  const element: Record<string, unknown> = {};
  const parts = Array.isArray(part['part']) ? (part['part'] as Part[]) : [];
  for (const inner of parts) {
    const name = String(inner['name']);
    if (name === '__proto__') throw refuse('structure', 'no element has this name');
    const content = givenValue(inner)?.content ?? assembled(inner);
    const there = element[name];
    if (there === undefined) element[name] = content;
    else element[name] = Array.isArray(there) ? [...there, content] : [there, content];
  }
  return element;
}
