// Token values: `code`, `system|code`, `|code`, `system|`, :text and :of-type.
// Spec: http://hl7.org/fhir/R4/search.html#token

import { normalise } from '../normalise.ts';
import type { IdentifierValue, ParameterUse, TokenValue } from '../query.ts';
import { type PlannedParameter, systemsOf } from '../registry.ts';
import { parameterBits, parameterHash, textHash, tokenOf } from '../term.ts';
import type { ParseContext } from './context.ts';
import { badValue } from './refusals.ts';
import { splitEscaped, withoutEscapes } from './split.ts';

/** The system that R4 gives true and false as tokens. */
const BOOLEANS = 'http://terminology.hl7.org/CodeSystem/special-values';

/** One token value. */
export function tokenValue(context: ParseContext, name: string, parameter: PlannedParameter, text: string): TokenValue {
  const { use, bindings } = parameter;
  const [system, code] = systemAndCode(name, text);
  if (code === undefined) return bareCode(context, use, bindings, system);
  if (code === '') return { kind: 'system', system, parameterHashes: use.numbers.map(parameterHash) };
  // Elements that hold a plain code have a system only by definition, so `|code` means what `code` means.
  if (bindings !== null && (system === '' || (system === BOOLEANS && (code === 'true' || code === 'false'))))
    return bareCode(context, use, bindings, code);
  return term(use, [system], code);
}

function bareCode(
  context: ParseContext,
  use: ParameterUse,
  bindings: readonly string[] | null,
  code: string,
): TokenValue {
  if (bindings === null) return { kind: 'code', code, parameterHashes: use.numbers.map(parameterHash) };
  return term(use, systemsOf(context.catalogue, bindings)(code), code);
}

function term(use: ParameterUse, systems: readonly string[], code: string): TokenValue {
  const hashes = systems.flatMap((system) => {
    const { bits } = tokenOf(system, code);
    return use.numbers.map((number) => (bits ^ parameterBits(number)).toString());
  });
  return { kind: 'term', hashes };
}

/** `[code]` alone, or `[system, code]` of which one may be empty. */
function systemAndCode(name: string, text: string): readonly [string, string?] {
  const [first = '', second, ...rest] = splitEscaped(text, '|').map(withoutEscapes);
  if (rest.length > 0 || (first === '' && !second)) throw badValue(name, 'a code, system|code, |code or system|');
  return second === undefined ? [first] : [first, second];
}

/** One value for identifiers and contact points, which are kept with their system beside them. */
export function identifierValue(name: string, text: string): IdentifierValue {
  const [first, second] = systemAndCode(name, text);
  if (second === undefined) return { value: first };
  return second === '' ? { system: first } : { system: first, value: second };
}

/** `system|code|value` of :of-type: an identifier of this type with this value. */
export function ofTypeValue(name: string, text: string): IdentifierValue {
  const [system = '', code = '', value = '', ...rest] = splitEscaped(text, '|').map(withoutEscapes);
  if (code === '' || value === '' || rest.length > 0) throw badValue(name, 'system|code|value');
  return { ofType: `${system}|${code}`, value };
}

/** :text finds displays and texts that start so. */
export function textValue(name: string, use: ParameterUse, text: string): TokenValue {
  const startsWith = normalise(withoutEscapes(text));
  if (startsWith === '') throw badValue(name, 'some text');
  return { kind: 'text', startsWith, parameterHashes: use.numbers.map(textHash) };
}
