// What token parameters draw from each type. Spec: http://hl7.org/fhir/R4/search.html#token
import type { Sink } from '../draw.ts';
import type { Gathered } from '../gathered.ts';
import type { ParameterNumber } from '../index-entries.ts';
import { normalise } from '../normalise.ts';
import { hash64, TEXT_LENGTH, type Token, textBits, tokenOf } from '../term.ts';
import { fieldsOf, listOf, textOf } from './fields.ts';

/** Which system a code of a bound element belongs to; '' where the value set doesn't tell. */
export type SystemOf = (code: string) => string;

export interface TokenTaker {
  readonly token: (into: Gathered, token: Token) => void;
  /** A display or text beside it; absent where :text does not reach. */
  readonly text?: (into: Gathered, spelling: string) => void;
}

/** Values that stand alone: `true`, a code, a string, a URI. */
const PRIMITIVES: ReadonlySet<string> = new Set(
  'boolean code string markdown id uri url canonical oid uuid integer positiveInt unsignedInt decimal date'.split(' '),
);

/** Whether a value of this type brings its own system. */
export function hasOwnSystem(type: string): boolean {
  return !PRIMITIVES.has(type);
}

/** The sink for values of `type`; null for types that carry no token. */
export function tokenSink(type: string, systemOf: SystemOf, taker: TokenTaker): Sink<Gathered> | null {
  const { token, text } = taker;
  const putText = (into: Gathered, spelling: unknown): void => {
    if (text !== undefined && typeof spelling === 'string') text(into, spelling);
  };
  const coding: Sink<Gathered> = (value, into) => {
    const { system, code, display } = fieldsOf(value);
    if (typeof code === 'string') token(into, tokenOf(textOf(system), code));
    putText(into, display);
  };
  if (type === 'Coding') return coding;
  if (type === 'CodeableConcept')
    return (value, into) => {
      const concept = fieldsOf(value);
      for (const item of listOf(concept['coding'])) coding(item, into);
      putText(into, concept['text']);
    };
  if (type === 'Identifier' || type === 'ContactPoint')
    return (value, into) => {
      const fields = fieldsOf(value);
      if (typeof fields['value'] === 'string') token(into, tokenOf(textOf(fields['system']), fields['value']));
      putText(into, fieldsOf(fields['type'])['text']);
    };
  if (!PRIMITIVES.has(type)) return null;
  return (value, into) => {
    if (typeof value !== 'object') token(into, tokenOf(systemOf(String(value)), String(value)));
  };
}

interface Text {
  readonly text: string;
  readonly bits: bigint;
  readonly hash: string;
}

// Displays repeat with their codes; full, the cache starts over.
const MAX_CACHED = 20_000;
const texts = new Map<string, Text>();

function textSeen(spelling: string): Text {
  const known = texts.get(spelling);
  if (known !== undefined) return known;
  const text = firstCharacters(normalise(spelling));
  const bits = hash64(text);
  const made = { text, bits, hash: bits.toString() };
  if (spelling.length <= TEXT_LENGTH) {
    if (texts.size >= MAX_CACHED) texts.clear();
    texts.set(spelling, made);
  }
  return made;
}

/** Whole characters: half a surrogate pair is no text that PostgreSQL takes. */
function firstCharacters(text: string): string {
  return text.length <= TEXT_LENGTH ? text : Array.from(text).slice(0, TEXT_LENGTH).join('');
}

/** Keeps a display or text for :text. */
export function takeText(number: ParameterNumber): (into: Gathered, spelling: string) => void {
  const bits = textBits(number);
  return (into, spelling) => {
    const seen = textSeen(spelling);
    if (seen.text === '') return;
    into.terms.push(seen.bits ^ bits);
    into.textsSeen.set(seen.hash, { text: seen.text, hash: seen.hash });
  };
}

/** The sink for parameters whose values are all identifiers or contact points: system and value are kept apart. */
export function identifierSink(type: string, parameter: ParameterNumber): Sink<Gathered> | null {
  if (type !== 'Identifier' && type !== 'ContactPoint') return null;
  const takeTypeText = takeText(parameter);
  return (value, into) => {
    const fields = fieldsOf(value);
    if (typeof fields['value'] !== 'string') return;
    const entry = { parameter, system: textOf(fields['system']), value: fields['value'], types: typesOf(fields) };
    into.identifiers.push(entry);
    const text = fieldsOf(fields['type'])['text'];
    if (typeof text === 'string') takeTypeText(into, text);
  };
}

/** Identifier.type as `system|code`. */
function typesOf(identifier: Readonly<Record<string, unknown>>): readonly string[] {
  const types: string[] = [];
  for (const item of listOf(fieldsOf(identifier['type'])['coding'])) {
    const { system, code } = fieldsOf(item);
    if (typeof code === 'string') types.push(`${textOf(system)}|${code}`);
  }
  return types;
}
