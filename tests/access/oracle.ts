// Who may do what, written down once more from what each role is for and compared with what the platform does.
// It shares nothing with the platform's own table on purpose. What no line allows is forbidden.

export type Role = 'system' | 'admin' | 'doctor' | 'nurse' | 'office' | 'patient' | 'researcher' | 'nobody';
/** Create, read (search and history too), update, delete. */
export type Letter = 'c' | 'r' | 'u' | 'd';
/** Whose data: the demo patient's, another patient's, what the whole clinic shares, another clinic's. */
export type Owner = 'a' | 'b' | 'shared' | 'other';

/** Something that must be allowed for an answer to be. */
export interface Need {
  readonly letter: Letter;
  /** A type, or `*` for the history of everything. */
  readonly type: string;
  readonly owner: Owner;
}

// A patient's letters hold for the own record, and for what the clinic shares.
const TABLE = `
Patient RelatedPerson Person | admin=crud doctor=cru nurse=cru office=cru patient=r

AdverseEvent AllergyIntolerance BodyStructure CarePlan CareTeam ClinicalImpression Composition Condition Consent
DeviceRequest DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference FamilyMemberHistory Flag Goal
ImagingStudy Immunization ImmunizationEvaluation ImmunizationRecommendation List Media MolecularSequence
NutritionOrder Observation Procedure QuestionnaireResponse RequestGroup RiskAssessment ServiceRequest Specimen
SupplyDelivery SupplyRequest VisionPrescription | doctor=crud nurse=cru patient=r
Binary Device DeviceMetric GuidanceResponse | doctor=crud nurse=cru

MedicationRequest DetectedIssue | doctor=crud nurse=r patient=r
MedicationAdministration MedicationDispense MedicationStatement | doctor=crud nurse=cru patient=r
Medication MedicationKnowledge Substance | admin=crud doctor=cru nurse=r office=r patient=r

Encounter EpisodeOfCare | admin=r doctor=cru nurse=cru office=cru patient=r
Appointment AppointmentResponse | admin=crud doctor=cru nurse=cru office=crud patient=r
Schedule Slot | admin=crud doctor=cru nurse=r office=crud patient=r
Practitioner PractitionerRole Organization OrganizationAffiliation Location HealthcareService Endpoint |
  admin=crud doctor=r nurse=r office=cru patient=r researcher=r
Task | admin=crud doctor=cru nurse=cru office=cru
Communication CommunicationRequest | doctor=cru nurse=cru office=cru patient=r

Account ChargeItem Claim ClaimResponse Coverage CoverageEligibilityRequest CoverageEligibilityResponse
EnrollmentRequest ExplanationOfBenefit Invoice | admin=r office=crud patient=r
EnrollmentResponse InsurancePlan PaymentNotice PaymentReconciliation | admin=r office=crud

Questionnaire PlanDefinition ActivityDefinition CapabilityStatement ChargeItemDefinition CodeSystem
CompartmentDefinition ConceptMap DeviceDefinition EventDefinition ExampleScenario GraphDefinition
ImplementationGuide Library Measure MessageDefinition NamingSystem ObservationDefinition OperationDefinition
SearchParameter SpecimenDefinition StructureDefinition StructureMap TerminologyCapabilities ValueSet |
  admin=crud doctor=r nurse=r office=r patient=r researcher=r

MeasureReport | admin=r doctor=r
ResearchStudy ResearchDefinition ResearchElementDefinition Evidence EvidenceVariable |
  admin=r doctor=r researcher=cru
AuditEvent | admin=r patient=r
Provenance | admin=r doctor=r patient=r
`;

const RIGHTS: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map(
  [...TABLE.matchAll(/([A-Z][A-Za-z\s]*)\|\s*((?:[a-z]+=[a-z]+\s*)+)/g)].flatMap(([, types = '', rights = '']) => {
    const words = rights.trim().split(/\s+/);
    const roles = new Map(words.map((right) => right.split('=') as [string, string]));
    return types
      .trim()
      .split(/\s+/)
      .map((type) => [type, roles] as const);
  }),
);

/** Whether a role may do this; a program registered for everything may, within its clinic. */
export function allows(role: Role, { letter, type, owner }: Need): boolean {
  if (role === 'nobody' || owner === 'other') return false;
  if (role === 'system') return true;
  if (role === 'patient' && owner === 'b') return false;
  return RIGHTS.get(type)?.get(role)?.includes(letter) === true;
}
