// Draws the conversion table of the units that clinics and laboratories use: every clinical unit the UCUM library lists.
import { createRequire } from 'node:module';
import { type Conversion, computeConversion } from '../../platform/fhir/ucum.ts';

interface ListedUnit {
  readonly csCode_: string | number;
  readonly category_: string | null;
}

/** Seen in real records, and made of the listed units. */
const MORE = [
  '{score}',
  '{#}',
  '{count}',
  '{ratio}',
  '10*3/uL',
  '10*6/uL',
  '10*9/L',
  '10*12/L',
  'kg/m2',
  'mL/min/{1.73_m2}',
  'mm/h',
  'ug/dL',
  '1',
];

export function drawUnits(): Record<string, Conversion | null> {
  const { UnitTables } = createRequire(import.meta.url)('@lhncbc/ucum-lhc') as {
    UnitTables: { getInstance(): { allUnitsByDef(): readonly ListedUnit[] } };
  };
  // The library fills its tables at the first question.
  computeConversion('1');
  const listed = UnitTables.getInstance()
    .allUnitsByDef()
    .filter(({ category_ }) => category_ === 'Clinical')
    .map(({ csCode_ }) => String(csCode_));
  const codes = [...new Set([...listed, ...MORE])].sort();
  return Object.fromEntries(codes.map((code) => [code, computeConversion(code)]));
}
