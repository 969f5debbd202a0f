// Required bindings: the code must come from the value set. http://hl7.org/fhir/R4/terminologies.html#strength
import { codeList } from '../definitions.ts';
import { report, type Walk } from './walk.ts';

export type BindingCheck = (walk: Walk, value: unknown) => void;

/** The check for an element of `type`, or null where there is nothing that could be checked. */
export function compileBinding(binding: string | undefined, type: string): BindingCheck | null {
  const list = binding === undefined ? undefined : codeList(binding);
  if (list === undefined) return null;
  const systems = new Map(Object.entries(list).map(([system, codes]) => [system, new Set(codes)]));
  const all = new Set(Object.values(list).flat());
  const complaint = `must be from the value set ${binding}.`;
  const isListed = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null) return false;
    const { system, code } = value as { system?: unknown; code?: unknown };
    return typeof code === 'string' && typeof system === 'string' && systems.get(system)?.has(code) === true;
  };
  switch (type) {
    case 'code':
    case 'string':
    case 'uri':
      return (walk, value) => {
        if (typeof value === 'string' && !all.has(value)) report(walk, 'code-invalid', complaint);
      };
    case 'Coding':
      return (walk, value) => {
        if (!isListed(value) && !saysMore(value)) report(walk, 'code-invalid', complaint);
      };
    case 'CodeableConcept':
      return (walk, value) => {
        const coding: unknown = (value as { coding?: unknown }).coding;
        if (!(Array.isArray(coding) && coding.some(isListed)) && !saysMore(value))
          report(walk, 'code-invalid', complaint);
      };
    default:
      return null;
  }
}

/** An extension may say why there is no code. */
function saysMore(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('extension' in value)) return false;
  return !('coding' in value) && !('code' in value);
}
