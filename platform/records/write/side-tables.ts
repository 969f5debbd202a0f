// The side tables as the write statement needs them: their columns, and how a resource's values fill them.
import type { IndexEntries } from '@polyclinic/fhir/search';
import { boundedKey } from '../bounded-key.ts';
import { plainArray, textArray, textLiteral } from '../pg-array.ts';

type Cell = string | number | null;

export interface SideTable {
  readonly table: string;
  /** Column, the array type it travels in, and what is made of it where that differs. */
  readonly columns: readonly { readonly name: string; readonly array: string; readonly cast?: string }[];
  /** One row of cells per value, in the order of `columns`. */
  readonly rows: (index: IndexEntries) => readonly (readonly Cell[])[];
}

const column = (name: string, array: string, cast?: string) =>
  cast === undefined ? { name, array } : { name, array, cast };
const columns = (array: string, ...names: string[]) => names.map((name) => column(name, array));

export const SIDE_TABLES: readonly SideTable[] = [
  {
    table: 'string_value',
    columns: [column('parameter', 'int2[]'), ...columns('text[]', 'value', 'exact')],
    rows: ({ strings }) => strings.map(({ parameter, value, exact }) => [parameter, value, exact]),
  },
  {
    table: 'identifier_value',
    columns: [
      column('parameter', 'int2[]'),
      ...columns('text[]', 'system', 'value'),
      column('types', 'text[]', 'text[]'),
    ],
    rows: ({ identifiers }) =>
      identifiers.map(({ parameter, system, value, types }) => [
        ...[parameter, system, value],
        types.length === 0 ? null : textLiteral(types),
      ]),
  },
  {
    table: 'reference_value',
    columns: [...columns('int2[]', 'parameter', 'target_type'), column('target_id', 'text[]')],
    rows: ({ references }) =>
      references.map(({ parameter, targetType, targetId }) => [
        ...[parameter, targetType],
        targetType === 0 ? boundedKey(targetId) : targetId,
      ]),
  },
  {
    table: 'date_value',
    columns: [column('parameter', 'int2[]'), ...columns('timestamptz[]', 'low', 'high')],
    rows: ({ dates }) => dates.map(({ parameter, low, high }) => [parameter, low, high]),
  },
  {
    table: 'quantity_value',
    columns: [
      column('parameter', 'int2[]'),
      ...columns('float8[]', 'low', 'high'),
      ...columns('int8[]', 'system_code', 'code', 'unit'),
      ...columns('float8[]', 'canonical_low', 'canonical_high'),
      column('canonical_unit', 'int8[]'),
    ],
    rows: ({ quantities }) =>
      quantities.map(({ parameter, low, high, systemCode, code, unit, canonical }) => [
        ...[parameter, low, high, systemCode, code, unit],
        ...[canonical?.low ?? null, canonical?.high ?? null, canonical?.unit ?? null],
      ]),
  },
  {
    table: 'composite_value',
    columns: [
      column('parameter', 'int2[]'),
      ...columns('int8[]', 'first', 'second'),
      ...columns('float8[]', 'low', 'high'),
      ...columns('int8[]', 'system_code', 'code', 'unit'),
      ...columns('float8[]', 'low2', 'high2'),
    ],
    rows: ({ composites }) =>
      composites.map((c) => [
        ...[c.parameter, c.first, c.second, c.low, c.high],
        ...[c.systemCode, c.code, c.unit, c.low2, c.high2],
      ]),
  },
];

/** Turns rows of cells into one array per column. */
export function columnArrays(table: SideTable, rows: readonly (readonly Cell[])[]): (string | Buffer)[] {
  return table.columns.map(({ array }, c) => {
    const cells = rows.map((row) => row[c] ?? null);
    return array === 'text[]' ? textArray(cells as (string | null)[]) : plainArray(cells);
  });
}
