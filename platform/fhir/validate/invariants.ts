// The other invariants, by their FHIRPath: http://hl7.org/fhir/R4/conformance-rules.html#constraints
import type { Invariant } from '../definitions.ts';
import { pathModel } from '../elements.ts';
import { type CompiledPath, compilePath } from '../path/index.ts';
import { canonicalQuantity } from '../units.ts';
import { isSafeNarrative } from './narrative.ts';
import { addIssue, type Walk } from './walk.ts';

const compiled = new Map<string, CompiledPath>();

function pathOf(expression: string): CompiledPath {
  let path = compiled.get(expression);
  if (path === undefined) {
    path = compilePath(expression, pathModel);
    compiled.set(expression, path);
  }
  return path;
}

/** An element compared by its unit: the definitions speak of values and units, FHIRPath of a common unit. */
function toCommonUnit(value: number, code: string): { readonly value: number; readonly unit: string } | null {
  const canonical = canonicalQuantity(value, code);
  return canonical === null ? null : { value: canonical.value, unit: canonical.code };
}

/** Judges what the walk left for the end. Only called when the structure is sound, so paths find what they expect. */
export function judgePending(walk: Walk): void {
  for (const { invariant, focus, focusType, scope, path } of walk.pending) {
    const holds = pathOf(invariant.expression).holds({
      focus,
      focusType,
      resource: scope.resource,
      root: scope.root,
      isSafeHtml: isSafeNarrative,
      toCommonUnit,
    });
    if (!holds) addIssue(walk, invariant.severity, 'invariant', `breaks ${invariant.key}: ${invariant.human}`, path);
  }
}

/** The invariants among these that this validation judges. */
export function leave(walk: Walk, invariants: readonly Invariant[], focus: unknown, focusType: string): void {
  for (const invariant of invariants) {
    if (invariant.severity === 'warning' && walk.options.warnings !== true) continue;
    walk.pending.push({ invariant, focus, focusType, scope: walk.scope, path: [...walk.path] });
  }
}
