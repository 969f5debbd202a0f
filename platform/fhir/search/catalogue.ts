// What search needs to know of FHIR: parameters, numbers, compartments, element types.
import type { PathModel } from '../path/index.ts';

/** A search parameter as the definitions give it for one type. */
export interface ParameterRow {
  readonly code: string;
  readonly type: string;
  readonly expression: string;
  readonly targets?: readonly string[];
  readonly components?: readonly { readonly code: string; readonly expression: string }[];
}

export interface Catalogue {
  readonly resourceTypes: readonly string[];
  /** The parameters of a type and those every resource has; empty for what is no resource type. */
  parameters(type: string): readonly ParameterRow[];
  parameterNumber(code: string): number;
  typeNumber(type: string): number | undefined;
  /** The parameters that put a resource of this type into a patient's compartment; `_id` for the patient itself. */
  patientParameters(type: string): readonly string[];
  /** The system of each code in a value set that can be listed. */
  systemsOf(valueSet: string): ReadonlyMap<string, string> | undefined;
  readonly paths: PathModel;
}
