// How a search that can't be understood is refused: the parameter is named, its value never repeated.
import { type Refusal, refuse } from '@polyclinic/kit';

const NAMEABLE = /^[A-Za-z_][A-Za-z0-9_\-:.]{0,150}$/;

/** A parameter's name as it may stand in a message; strange names are not echoed. */
export function nameable(name: string): string {
  return NAMEABLE.test(name) ? name : 'a parameter';
}

/** The value does not fit the parameter. */
export function badValue(name: string, expected: string): Refusal {
  return refuse('value', `The value of ${nameable(name)} must be ${expected}`, {
    status: 400,
    expression: nameable(name),
  });
}

/** The modifier does not go with the parameter. R4 wants these refused, whatever the handling. */
export function badModifier(name: string): Refusal {
  return refuse('not-supported', `The modifier in ${nameable(name)} is not supported`, {
    status: 400,
    expression: nameable(name),
  });
}

/** Malformed in a way that no handling can overlook. */
export function badParameter(name: string, problem: string): Refusal {
  return refuse('invalid', `${nameable(name)} ${problem}`, { status: 400, expression: nameable(name) });
}
