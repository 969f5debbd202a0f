// Draws the standard search parameters, each type with only its own part of the expression.
import type { SearchParameter } from './shapes.ts';

export interface ParameterRow {
  readonly code: string;
  readonly type: string;
  readonly expression: string;
  readonly targets?: readonly string[];
  readonly components?: readonly { readonly code: string; readonly expression: string }[];
}

/** Parameters by type; those every resource has stand under `Resource`. */
export function drawSearchParameters(
  parameters: readonly SearchParameter[],
  types: ReadonlySet<string>,
): Record<string, ParameterRow[]> {
  const byUrl = new Map(parameters.map((parameter) => [parameter.url, parameter]));
  const rows: Record<string, ParameterRow[]> = {};
  for (const parameter of parameters) {
    if (parameter.version !== '4.0.1' || parameter.expression === undefined) continue;
    for (const base of parameter.base) {
      if (base !== 'Resource' && !types.has(base)) continue;
      const expression = partFor(base, parameter.expression);
      if (expression === '') throw new Error(`${parameter.id} says nothing of ${base}`);
      const list = rows[base] ?? [];
      rows[base] = list;
      list.push({
        code: parameter.code,
        type: parameter.type,
        expression,
        ...(parameter.target !== undefined && { targets: parameter.target }),
        ...(parameter.component !== undefined && {
          components: parameter.component.map((component) => ({
            code: byUrl.get(component.definition)?.code ?? missing(component.definition),
            expression: component.expression,
          })),
        }),
      });
    }
  }
  for (const list of Object.values(rows)) list.sort((a, b) => (a.code < b.code ? -1 : 1));
  return Object.fromEntries(Object.entries(rows).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function missing(url: string): never {
  throw new Error(`no search parameter ${url}`);
}

/** `AllergyIntolerance.patient | CarePlan.subject` is `CarePlan.subject` for a CarePlan. */
function partFor(type: string, expression: string): string {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= expression.length; at += 1) {
    const char = expression[at];
    if (char === '(') depth += 1;
    if (char === ')') depth -= 1;
    if (at === expression.length || (char === '|' && depth === 0)) {
      parts.push(expression.slice(start, at).trim());
      start = at + 1;
    }
  }
  const head = (part: string): string => /^\(*\s*([A-Za-z]+)/.exec(part)?.[1] ?? '';
  return parts
    .flatMap((part) => {
      if (head(part) === type) return [part];
      // InsurancePlan.name alone leaves the type out: `name | alias`.
      return /^[a-z]/.test(part) ? [`${type}.${part}`] : [];
    })
    .join(' | ');
}
