// Quantities in canonical units, so that 1 g/L is found where 100 mg/dL was sent. Common units come from a committed
// table; the UCUM library is loaded at the first unit that is not in it.
import unitTable from './definitions/units.json' with { type: 'json' };
import { type Conversion, computeConversion, rounded } from './ucum.ts';

export interface CanonicalUnit {
  /** The canonical unit, e.g. `m-3.g` for mg/dL. */
  readonly code: string;
  /** A value in the unit asked about, in the canonical unit. */
  readonly factor: (value: number) => number;
}

/** Longer than any unit a clinic writes; what is longer is not looked at. */
const LONGEST_CODE = 64;
/** Rare units remembered; codes come from clients, so their number must not grow without end. */
const MOST_REMEMBERED = 1000;
const common = new Map(Object.entries(unitTable as unknown as Readonly<Record<string, Conversion | null>>));
const remembered = new Map<string, Conversion | null>();

function conversionOf(code: string): Conversion | null {
  if (code === '' || code.length > LONGEST_CODE) return null;
  const known = common.get(code) ?? remembered.get(code);
  if (known !== undefined) return known;
  if (common.has(code) || remembered.has(code)) return null;
  const computed = computeConversion(code);
  if (remembered.size >= MOST_REMEMBERED) remembered.delete(remembered.keys().next().value ?? '');
  remembered.set(code, computed);
  return computed;
}

/** The canonical unit of a UCUM code; null when it is not one or can't be converted. */
export function canonicalUnit(code: string): CanonicalUnit | null {
  const conversion = conversionOf(code);
  if (conversion === null) return null;
  const [canonical, factor, offset] = conversion;
  return { code: canonical, factor: (value) => rounded(value * factor + offset) };
}

/** A value with its UCUM code in canonical units; null where the unit has none. */
export function canonicalQuantity(
  value: number,
  code: string,
): { readonly value: number; readonly code: string } | null {
  const conversion = conversionOf(code);
  if (conversion === null) return null;
  return { value: rounded(value * conversion[1] + conversion[2]), code: conversion[0] };
}
