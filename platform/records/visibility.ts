// Who may see what, as SQL. Every statement that reads resources for somebody carries this; there is no other gate
// below the services, so it fails closed.
import type { Visibility } from './types.ts';

/** What a statement must know about a type to restrict it to patients. */
export type Compartment =
  /** Patient itself: seen by its own id. */
  | 'patient'
  /** Types that can be in a patient's compartment: seen only inside it. */
  | 'inside'
  /** All others: seen by everybody of the clinic. */
  | 'outside';

/** The clinics whose resources are seen, own one first. 0 is what all clinics share. */
export function visibleClinics(visibility: Visibility): readonly number[] {
  return visibility.clinic === 0 ? [0] : [visibility.clinic, 0];
}

/**
 * The condition that a row of `current` (by its alias) of a type lies within the patients given as a text[]
 * parameter such as `$3`. Only for visibility with `patients`; without, every row of the clinic is seen.
 */
export function withinPatients(alias: string, compartment: Compartment, patientsParameter: string): string {
  if (compartment === 'outside') return 'true';
  if (compartment === 'patient') return `${alias}.id = any(${patientsParameter}::text[])`;
  // `patient` is set when there is exactly one, `patients` when there are several: each has its own index.
  return `(${alias}.patient = any(${patientsParameter}::text[]) or ${alias}.patients && ${patientsParameter}::text[])`;
}
