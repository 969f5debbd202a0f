// The search parameters of each type: where each is kept and which values it draws. Worked out once per type, when asked.
import { parsePath, type Syntax } from '../path/index.ts';
import type { Catalogue, ParameterRow } from './catalogue.ts';
import { compileDraw } from './draw.ts';
import { hotParameters } from './hot.ts';
import type { ParameterNumber } from './index-entries.ts';
import type { ParameterUse, Storage } from './query.ts';
import { hasOwnSystem } from './values/token.ts';

/** A parameter with everything that extraction and parsing need. */
export interface PlannedParameter {
  readonly use: ParameterUse;
  readonly row: ParameterRow;
  readonly syntax: Syntax;
  /** Its bit in `present`. */
  readonly bit: number;
  /** How its own values are kept; null when other parameters' values already answer it. */
  readonly kept: { readonly number: ParameterNumber; readonly extra: boolean } | null;
  /** token: the value sets of its codes when none of its values brings a system; null when some do. */
  readonly bindings: readonly string[] | null;
}

export type TypeParameters = ReadonlyMap<string, PlannedParameter>;

/** Answered by the log or by other machinery, or not at all: never extracted. */
const NOT_DRAWN = new Set(['_id', '_lastUpdated', '_text', '_content', '_query', '_filter']);

/** Parameters that search what two others keep. Spec: http://hl7.org/fhir/R4/observation.html#search */
const UNIONS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  Observation: {
    'combo-code': ['code', 'component-code'],
    'combo-data-absent-reason': ['data-absent-reason', 'component-data-absent-reason'],
    'combo-value-concept': ['value-concept', 'component-value-concept'],
    'combo-value-quantity': ['value-quantity', 'component-value-quantity'],
    'combo-code-value-concept': ['code-value-concept', 'component-code-value-concept'],
    'combo-code-value-quantity': ['code-value-quantity', 'component-code-value-quantity'],
  },
};

/** Kept beside the hot code, so that one index answers their union. */
const BESIDE_CODE: Readonly<Record<string, string>> = { Observation: 'component-code' };

const MAX_PARAMETERS = 64;

/** The parameters of one type by code. */
export function planParameters(catalogue: Catalogue, type: string): TypeParameters {
  const rows = catalogue
    .parameters(type)
    .filter(({ code, type: kind }) => !NOT_DRAWN.has(code) && kind !== 'special')
    // Bits are stored, so their order follows numbers that never change.
    .toSorted((a, b) => catalogue.parameterNumber(a.code) - catalogue.parameterNumber(b.code));
  if (rows.length > MAX_PARAMETERS) throw new Error(`${type} has more parameters than presence bits`);
  const plans = new Map<string, PlannedParameter>();
  rows.forEach((row, bit) => {
    plans.set(row.code, plan(catalogue, type, row, bit, rows));
  });
  return plans;
}

function plan(
  catalogue: Catalogue,
  type: string,
  row: ParameterRow,
  bit: number,
  rows: readonly ParameterRow[],
): PlannedParameter {
  const syntax = parsePath(row.expression);
  const { types, bindings } = drawnTypes(catalogue, type, syntax);
  const unites = UNIONS[type]?.[row.code];
  const [first] = unites ?? [];
  const firstRow = first === undefined ? undefined : rows.find(({ code }) => code === first);
  if (firstRow !== undefined && unites !== undefined) {
    const { use } = plan(catalogue, type, firstRow, 0, rows);
    const numbers = unites.map((code) => catalogue.parameterNumber(code));
    return { use: { ...use, code: row.code, numbers }, row, syntax, bit, kept: null, bindings: null };
  }
  const keeper = row.type === 'reference' || row.type === 'string' ? keeperOf(row, rows) : row;
  const number = catalogue.parameterNumber(keeper.code);
  const storage = storageOf(type, row, types);
  const use: ParameterUse = {
    code: row.code,
    type: row.type as ParameterUse['type'],
    numbers: [number],
    storage,
    targets: row.type === 'reference' ? targetsOf(catalogue, row) : [],
  };
  const kept = keeper === row ? { number, extra: BESIDE_CODE[type] === row.code } : null;
  const alone = row.type === 'token' && types.length > 0 && !types.some(hasOwnSystem);
  return { use, row, syntax, bit, kept, bindings: alone ? bindings : null };
}

/**
 * The parameter whose values answer this one too. `Observation.subject.where(resolve() is Patient)` is
 * `Observation.subject` to those who only look for patients, and `phonetic` is `name` while nothing here hears sounds.
 */
function keeperOf(row: ParameterRow, rows: readonly ParameterRow[]): ParameterRow {
  const whole = row.expression.replace(/\.where\(resolve\(\) is [A-Za-z]+\)$/, '');
  const others = rows.filter(({ type, expression }) => type === row.type && expression === whole);
  return others[0] ?? row;
}

function targetsOf(catalogue: Catalogue, row: ParameterRow): readonly string[] {
  const one = /\.where\(resolve\(\) is ([A-Za-z]+)\)$/.exec(row.expression)?.[1];
  if (one !== undefined) return [one];
  const targets = row.targets?.filter((target) => catalogue.typeNumber(target) !== undefined) ?? [];
  return targets.length === 0 ? catalogue.resourceTypes : targets;
}

function storageOf(type: string, row: ParameterRow, types: readonly string[]): Storage {
  const hot = hotParameters(type);
  switch (row.type) {
    case 'token':
      if (types.length > 0 && types.every((one) => one === 'Identifier' || one === 'ContactPoint'))
        return { in: 'identifiers' };
      if (row.code === hot.code || row.code === BESIDE_CODE[type]) return { in: 'code' };
      return { in: row.code === hot.category ? 'category' : 'terms' };
    case 'date':
      return { in: row.code === hot.date ? 'date' : 'dates' };
    case 'string':
    case 'uri':
      return { in: 'strings' };
    case 'number':
    case 'quantity':
      return { in: 'quantities' };
    case 'reference':
      return { in: 'references' };
    default:
      return { in: 'composites' };
  }
}

/** The types a path can lead to, and the value sets of the codes among them. */
function drawnTypes(catalogue: Catalogue, type: string, syntax: Syntax): { types: string[]; bindings: string[] } {
  const types = new Set<string>();
  const bindings = new Set<string>();
  compileDraw({ model: catalogue.paths, resourceType: type, start: type }, syntax, (found, binding) => {
    types.add(found);
    if (binding !== undefined) bindings.add(binding);
    return null;
  });
  return { types: [...types], bindings: [...bindings] };
}

/** The system of each code that elements bound to these value sets can hold. */
export function systemsOf(catalogue: Catalogue, bindings: readonly string[]): (code: string) => readonly string[] {
  const tables = bindings.map((binding) => catalogue.systemsOf(binding));
  return (code) => [...new Set(tables.length === 0 ? [''] : tables.map((table) => table?.get(code) ?? ''))];
}
