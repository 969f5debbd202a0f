// What number and quantity parameters draw from each type. Spec: http://hl7.org/fhir/R4/search.html#quantity
import type { Sink } from '../draw.ts';
import type { Gathered } from '../gathered.ts';
import type { Hash, ParameterNumber, QuantityEntry } from '../index-entries.ts';
import { hash64, tokenOf } from '../term.ts';
import { type Fields, fieldsOf, textOf } from './fields.ts';

/** A UCUM value in the canonical unit of its dimension; null when the unit does not convert. */
export type CanonicalQuantity = (
  value: number,
  code: string,
) => { readonly value: number; readonly code: string } | null;

export const UCUM = 'http://unitsofmeasure.org';
export const CURRENCIES = 'urn:iso:std:iso:4217';

export type Amount = Omit<QuantityEntry, 'parameter'>;

const LIKE_QUANTITY = new Set(['Quantity', 'SimpleQuantity', 'MoneyQuantity', 'Age', 'Duration', 'Distance', 'Count']);
const NUMBERS = new Set(['integer', 'positiveInt', 'unsignedInt', 'decimal']);

// Units are few.
const MAX_UNITS = 5_000;
const units = new Map<string, Hash>();

/** The hash of a human or canonical unit. */
export function unitHash(unit: string): Hash {
  const known = units.get(unit);
  if (known !== undefined) return known;
  const hash = hash64(unit).toString();
  if (units.size < MAX_UNITS) units.set(unit, hash);
  return hash;
}

/** One value as an amount; undefined where there is none to compare. */
export function amountOf(type: string, value: unknown, canonical: CanonicalQuantity): Amount | undefined {
  if (NUMBERS.has(type)) return typeof value === 'number' ? bare(value, value) : undefined;
  const fields = fieldsOf(value);
  if (type === 'Money') {
    if (typeof fields['value'] !== 'number') return undefined;
    const currency = textOf(fields['currency']);
    return withUnit(
      bare(fields['value'], fields['value']),
      { system: CURRENCIES, code: currency, unit: currency },
      canonical,
    );
  }
  if (type === 'Range') {
    const [low, high] = [fieldsOf(fields['low']), fieldsOf(fields['high'])];
    const from = typeof low['value'] === 'number' ? low['value'] : -Infinity;
    const to = typeof high['value'] === 'number' ? high['value'] : Infinity;
    if (from === -Infinity && to === Infinity) return undefined;
    return withUnit(bare(from, to), from === -Infinity ? high : low, canonical);
  }
  if (!LIKE_QUANTITY.has(type) || typeof fields['value'] !== 'number') return undefined;
  const at = fields['value'];
  const comparator = textOf(fields['comparator']);
  return withUnit(
    bare(comparator.startsWith('<') ? -Infinity : at, comparator.startsWith('>') ? Infinity : at),
    fields,
    canonical,
  );
}

function bare(low: number, high: number): Amount {
  return { low, high, systemCode: null, code: null, unit: null, canonical: null };
}

function withUnit(amount: Amount, from: Fields, canonical: CanonicalQuantity): Amount {
  const [system, code, unit] = [textOf(from['system']), textOf(from['code']), textOf(from['unit'])];
  return {
    low: amount.low,
    high: amount.high,
    systemCode: code === '' ? null : tokenOf(system, code).hash,
    code: code === '' ? null : tokenOf('', code).hash,
    unit: unit === '' ? null : unitHash(unit),
    canonical: system === UCUM && code !== '' ? inCanonicalUnit(amount, code, canonical) : null,
  };
}

function inCanonicalUnit({ low, high }: Amount, code: string, canonical: CanonicalQuantity): Amount['canonical'] {
  const from = Number.isFinite(low) ? canonical(low, code) : null;
  const to = high === low ? from : Number.isFinite(high) ? canonical(high, code) : null;
  const unit = from?.code ?? to?.code;
  if (unit === undefined) return null;
  return { low: from?.value ?? -Infinity, high: to?.value ?? Infinity, unit: unitHash(unit) };
}

export function quantitySink(
  type: string,
  parameter: ParameterNumber,
  canonical: CanonicalQuantity,
): Sink<Gathered> | null {
  if (type !== 'Money' && type !== 'Range' && !LIKE_QUANTITY.has(type) && !NUMBERS.has(type)) return null;
  return (value, into) => {
    const amount = amountOf(type, value, canonical);
    if (amount !== undefined) into.quantities.push({ parameter, ...amount });
  };
}
