// Canonical units of measure by the UCUM library: http://unitsofmeasure.org. Called by the table maker for the common
// units and by `units.ts` for the rare others, so that most processes never load the library's 772 unit definitions.
import { createRequire } from 'node:module';

/** canonical = sent × factor + offset, in the unit `code` made of UCUM base units, moles and equivalents. */
export type Conversion = readonly [code: string, factor: number, offset: number];

interface UcumUnit {
  readonly magnitude_: number;
  readonly dim_: { readonly dimVec_: readonly number[] | null } | null;
  readonly cnv_: string | null;
  readonly isArbitrary_: boolean;
  readonly moleExp_: number;
  readonly equivalentExp_: number;
}

interface UcumLibrary {
  readonly UcumLhcUtils: {
    getInstance(): { getSpecifiedUnit(code: string, mode: 'validate'): { readonly unit: UcumUnit | null } };
  };
}

const AVOGADRO = 6.0221367e23;
const BASES = ['m', 's', 'g', 'rad', 'K', 'C', 'cd'];
/** The special units that are straight lines; logarithms like pH have no canonical unit here. */
const TEMPERATURES = new Map<string, readonly [factor: number, offset: number]>([
  ['Cel', [1, 273.15]],
  ['[degF]', [5 / 9, 459.67 * (5 / 9)]],
  ['[degRe]', [1.25, 273.15]],
]);
let library: UcumLibrary | undefined;

/** How a UCUM code converts; null when it is no UCUM code or has no canonical unit (arbitrary units, logarithms). */
export function computeConversion(code: string): Conversion | null {
  library ??= createRequire(import.meta.url)('@lhncbc/ucum-lhc') as UcumLibrary;
  const { unit } = library.UcumLhcUtils.getInstance().getSpecifiedUnit(code, 'validate');
  if (unit === null || unit.isArbitrary_) return null;
  if (unit.cnv_ !== null) {
    const line = TEMPERATURES.get(code);
    return line === undefined ? null : ['K', rounded(line[0]), rounded(line[1])];
  }
  // UCUM counts a mole as a number; we keep it as a base, or mmol/L and cells/L would be the same kind of thing.
  const entities = unit.moleExp_ + unit.equivalentExp_;
  const exponents: [string, number][] = (unit.dim_?.dimVec_ ?? []).map((exponent, i) => [BASES[i] ?? '', exponent]);
  exponents.push(['mol', unit.moleExp_], ['eq', unit.equivalentExp_]);
  const name = exponents
    .filter(([, exponent]) => exponent !== 0)
    .map(([base, exponent]) => (exponent === 1 ? base : `${base}${exponent}`))
    .join('.');
  return [name === '' ? '1' : name, rounded(unit.magnitude_ / AVOGADRO ** entities), 0];
}

/** Twelve digits: far more than any measurement has, few enough to hide how a factor was multiplied together. */
export function rounded(value: number): number {
  return Number(value.toPrecision(12));
}
