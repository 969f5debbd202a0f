// The parts of a composite parameter. R4 names the two parts of DocumentReference `relationship` the wrong way round, so
// a part is matched to the parameter that really draws its element.
import type { ParameterRow } from './catalogue.ts';

export interface ComponentRow {
  readonly code: string;
  readonly expression: string;
}

/** The parts in order, each with the parameter that reads it. `rows` are the parameters of the type. */
export function componentsOf(row: ParameterRow, rows: readonly ParameterRow[]): readonly ComponentRow[] {
  const parts = row.components ?? [];
  const draws = (code: string, expression: string): boolean =>
    rows.some((other) => other.code === code && other.expression.endsWith(`.${expression}`));
  return parts.map(({ code, expression }) => {
    if (draws(code, expression)) return { code, expression };
    return { code: parts.find((other) => draws(other.code, expression))?.code ?? code, expression };
  });
}
