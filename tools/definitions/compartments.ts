// Draws the compartments: which parameters put a resource into a patient's or an encounter's compartment.
import type { ParameterRow } from './search-parameters.ts';

export type Compartments = Record<'Patient' | 'Encounter', Record<string, readonly string[]>>;

/** http://hl7.org/fhir/R4/compartmentdefinition-encounter.html, which the package lacks: types and their parameters. */
const ENCOUNTER: Readonly<Record<string, readonly string[]>> = {
  CarePlan: ['encounter'],
  CareTeam: ['encounter'],
  ChargeItem: ['context'],
  Claim: ['encounter'],
  ClinicalImpression: ['encounter'],
  Communication: ['encounter'],
  CommunicationRequest: ['encounter'],
  Composition: ['encounter'],
  Condition: ['encounter'],
  DeviceRequest: ['encounter'],
  DiagnosticReport: ['encounter'],
  DocumentManifest: ['related-ref'],
  DocumentReference: ['encounter'],
  Encounter: ['_id'],
  ExplanationOfBenefit: ['encounter'],
  Media: ['encounter'],
  MedicationAdministration: ['context'],
  MedicationRequest: ['encounter'],
  NutritionOrder: ['encounter'],
  Observation: ['encounter'],
  Procedure: ['encounter'],
  QuestionnaireResponse: ['encounter'],
  RequestGroup: ['encounter'],
  RiskAssessment: ['encounter'],
  ServiceRequest: ['encounter'],
  VisionPrescription: ['encounter'],
};

interface CompartmentDefinition {
  readonly resource: readonly { readonly code: string; readonly param?: readonly string[] }[];
}

/** `_id` stands for the resource that is the compartment itself. */
export function drawCompartments(
  patient: CompartmentDefinition,
  parameters: Readonly<Record<string, readonly ParameterRow[]>>,
): Compartments {
  const own: Record<string, string[]> = { Patient: ['_id'] };
  for (const { code, param } of patient.resource)
    if (param !== undefined)
      own[code] = [...new Set([...(own[code] ?? []), ...param.filter((name) => name !== '{def}')])];
  const drawn: Compartments = { Patient: own, Encounter: ENCOUNTER };
  for (const [compartment, types] of Object.entries(drawn))
    for (const [type, codes] of Object.entries(types))
      for (const code of codes)
        if (code !== '_id' && !parameters[type]?.some((parameter) => parameter.code === code))
          throw new Error(`${compartment} compartment: ${type} has no search parameter ${code}`);
  return drawn;
}
