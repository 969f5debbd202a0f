// Which types lie in whose compartment: http://hl7.org/fhir/R4/compartmentdefinition.html
import { type CompartmentName, compartmentTypes as typesIn } from '@polyclinic/fhir';
import { refuse } from '@polyclinic/kit';

/** Whether resources of this type have a compartment that can be searched. */
export const isCompartment = (type: string): type is CompartmentName => type === 'Patient' || type === 'Encounter';

/** The types in a compartment. @throws Refusal 404 for what is no compartment */
export function compartmentTypes(type: string): readonly string[] {
  if (!isCompartment(type)) throw refuse('not-supported', 'this type has no compartment', { status: 404 });
  return typesIn(type);
}
