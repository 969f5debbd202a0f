// The R4 resource types sorted by what they are about, so that the role matrix stays readable.
// What is in no group is nobody's but a system's.

export const TYPE_GROUPS = {
  /** Who the patient is. */
  demographics: ['Patient', 'RelatedPerson', 'Person'],
  /** The medical record. */
  clinical: [
    'AdverseEvent',
    'AllergyIntolerance',
    'Binary',
    'BodyStructure',
    'CarePlan',
    'CareTeam',
    'ClinicalImpression',
    'Composition',
    'Condition',
    'Consent',
    'Device',
    'DeviceMetric',
    'DeviceRequest',
    'DeviceUseStatement',
    'DiagnosticReport',
    'DocumentManifest',
    'DocumentReference',
    'FamilyMemberHistory',
    'Flag',
    'Goal',
    'GuidanceResponse',
    'ImagingStudy',
    'Immunization',
    'ImmunizationEvaluation',
    'ImmunizationRecommendation',
    'List',
    'Media',
    'MolecularSequence',
    'NutritionOrder',
    'Observation',
    'Procedure',
    'QuestionnaireResponse',
    'RequestGroup',
    'RiskAssessment',
    'ServiceRequest',
    'Specimen',
    'SupplyDelivery',
    'SupplyRequest',
    'VisionPrescription',
  ],
  /** What was ordered: a prescriber's. */
  prescriptions: ['MedicationRequest', 'DetectedIssue'],
  /** What was given, handed out or reported. */
  medicationGiven: ['MedicationAdministration', 'MedicationDispense', 'MedicationStatement'],
  formulary: ['Medication', 'MedicationKnowledge', 'Substance'],
  visits: ['Encounter', 'EpisodeOfCare'],
  appointments: ['Appointment', 'AppointmentResponse'],
  calendar: ['Schedule', 'Slot'],
  directory: [
    'Practitioner',
    'PractitionerRole',
    'Organization',
    'OrganizationAffiliation',
    'Location',
    'HealthcareService',
    'Endpoint',
  ],
  workflow: ['Task'],
  messages: ['Communication', 'CommunicationRequest'],
  billing: [
    'Account',
    'ChargeItem',
    'Claim',
    'ClaimResponse',
    'Coverage',
    'CoverageEligibilityRequest',
    'CoverageEligibilityResponse',
    'EnrollmentRequest',
    'EnrollmentResponse',
    'ExplanationOfBenefit',
    'InsurancePlan',
    'Invoice',
    'PaymentNotice',
    'PaymentReconciliation',
  ],
  /** Published forms and plans. */
  templates: ['Questionnaire', 'PlanDefinition', 'ActivityDefinition'],
  definitions: [
    'CapabilityStatement',
    'ChargeItemDefinition',
    'CodeSystem',
    'CompartmentDefinition',
    'ConceptMap',
    'DeviceDefinition',
    'EventDefinition',
    'ExampleScenario',
    'GraphDefinition',
    'ImplementationGuide',
    'Library',
    'Measure',
    'MessageDefinition',
    'NamingSystem',
    'ObservationDefinition',
    'OperationDefinition',
    'SearchParameter',
    'SpecimenDefinition',
    'StructureDefinition',
    'StructureMap',
    'TerminologyCapabilities',
    'ValueSet',
  ],
  reports: ['MeasureReport'],
  research: ['ResearchStudy', 'ResearchDefinition', 'ResearchElementDefinition', 'Evidence', 'EvidenceVariable'],
  /** Who wrote what, as the writer says. */
  authorship: ['Provenance'],
  /** Who saw and did what, as the platform saw it. */
  trail: ['AuditEvent'],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type TypeGroup = keyof typeof TYPE_GROUPS;

const GROUP_OF: ReadonlyMap<string, TypeGroup> = new Map(
  Object.entries(TYPE_GROUPS).flatMap(([group, types]) => types.map((type) => [type, group as TypeGroup] as const)),
);

/** The group a resource type belongs to; undefined for types that only systems handle. */
export const groupOf = (type: string): TypeGroup | undefined => GROUP_OF.get(type);

/**
 * Types that lie in patients' compartments (http://hl7.org/fhir/R4/compartmentdefinition-patient.html): a subject
 * limited to one patient sees of these only that patient's.
 */
const PATIENT_COMPARTMENT: ReadonlySet<string> = new Set(
  `Account AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic BodyStructure CarePlan
  CareTeam ChargeItem Claim ClaimResponse ClinicalImpression Communication CommunicationRequest Composition Condition
  Consent Coverage CoverageEligibilityRequest CoverageEligibilityResponse DetectedIssue DeviceRequest
  DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference Encounter EnrollmentRequest EpisodeOfCare
  ExplanationOfBenefit FamilyMemberHistory Flag Goal Group ImagingStudy Immunization ImmunizationEvaluation
  ImmunizationRecommendation Invoice List MeasureReport Media MedicationAdministration MedicationDispense
  MedicationRequest MedicationStatement MolecularSequence NutritionOrder Observation Patient Person Procedure Provenance
  QuestionnaireResponse RelatedPerson RequestGroup ResearchSubject RiskAssessment Schedule ServiceRequest Specimen
  SupplyDelivery SupplyRequest VisionPrescription`.split(/\s+/),
);

/** Groups outside every compartment that hold nothing about any patient, so that patients may look things up. */
const SHARED_GROUPS: ReadonlySet<TypeGroup> = new Set([
  'directory',
  'calendar',
  'formulary',
  'templates',
  'definitions',
]);

/** Whether a subject limited to a patient may meet the type at all: never those that are about patients unseen. */
export function isOpenToPatients(type: string): boolean {
  if (PATIENT_COMPARTMENT.has(type)) return true;
  const group = groupOf(type);
  return group !== undefined && SHARED_GROUPS.has(group);
}
