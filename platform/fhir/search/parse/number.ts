// Numbers and quantities: prefix, precision and unit. Spec: http://hl7.org/fhir/R4/search.html#number
import type { NumberValue, Prefix, QuantityValue } from '../query.ts';
import { tokenOf } from '../term.ts';
import { UCUM, unitHash } from '../values/quantity.ts';
import type { ParseContext } from './context.ts';
import { badValue } from './refusals.ts';
import { splitEscaped, withoutEscapes } from './split.ts';

const NUMBER = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)?([+-]?)(\d{1,40})(?:\.(\d{1,40}))?(?:[eE]([+-]?\d{1,3}))?$/;

/** `ge5.4`, `1e2`: the number and the span its digits stand for. */
export function numberValue(name: string, text: string): NumberValue {
  // A '+' that was not encoded arrives as a space.
  const found = NUMBER.exec(text.replace(/^((?:[a-z]{2})?) /, '$1+'));
  if (found === null) throw badValue(name, 'a number, with a prefix if wanted');
  const [, prefix = 'eq', sign = '', whole = '', fraction = '', exponent] = found;
  const power = Number(exponent ?? '0') - fraction.length;
  const digits = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n);
  const value = Number(`${digits}e${power}`);
  if (!Number.isFinite(value)) throw badValue(name, 'a number of ordinary size');
  if (prefix === 'ap') {
    const tenth = Math.abs(value) / 10;
    return { prefix, value, low: value - tenth, high: value + tenth };
  }
  // Half a unit in the last place, reckoned in whole digits so that no binary fraction shifts the ends.
  // R4's own example reads 1e2 as 95 to 105, one place finer than its digits.
  const finer = exponent === undefined ? 0 : 1;
  const scaled = digits * 10n ** BigInt(1 + finer);
  const end = (half: bigint): number => Number(`${scaled + half}e${power - 1 - finer}`);
  return { prefix: prefix as Prefix, value, low: end(-5n), high: end(5n) };
}

/** `5.4`, `5.4|http://unitsofmeasure.org|mg`, `5.4||mg`. */
export function quantityValue(context: ParseContext, name: string, text: string): QuantityValue {
  const [number = '', system = '', code = '', ...rest] = splitEscaped(text, '|').map(withoutEscapes);
  if (rest.length > 0 || (system !== '' && code === ''))
    throw badValue(name, 'number, number|system|code or number||code');
  const value = numberValue(name, number);
  if (code === '') return { ...value, unit: { kind: 'any' } };
  if (system === '') return { ...value, unit: { kind: 'code', code: tokenOf('', code).hash, unit: unitHash(code) } };
  const canonical = system === UCUM ? canonicalRange(context, value, code) : null;
  return { ...value, unit: { kind: 'systemCode', hash: tokenOf(system, code).hash, canonical } };
}

function canonicalRange(context: ParseContext, { value, low, high }: NumberValue, code: string) {
  const [at, from, to] = [value, low, high].map((one) => context.canonical(one, code));
  if (!at || !from || !to) return null;
  return { unit: unitHash(at.code), value: at.value, low: from.value, high: to.value };
}
