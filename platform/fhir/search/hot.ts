// Which parameters of a type are asked for most, and so get a column of their own in platform/records: one code, one
// category, one date that results are ordered by. Stored: changing a line means indexing that type anew.

export interface HotParameters {
  readonly code?: string;
  readonly category?: string;
  readonly date?: string;
}

const NONE: HotParameters = {};

const HOT: Readonly<Record<string, HotParameters>> = {
  Account: { code: 'status', category: 'type', date: 'period' },
  AdverseEvent: { code: 'event', category: 'category', date: 'date' },
  AllergyIntolerance: { code: 'code', category: 'clinical-status', date: 'date' },
  Appointment: { code: 'status', category: 'service-type', date: 'date' },
  AppointmentResponse: { code: 'part-status' },
  AuditEvent: { code: 'type', category: 'action', date: 'date' },
  CarePlan: { code: 'status', category: 'category', date: 'date' },
  CareTeam: { code: 'status', category: 'category', date: 'date' },
  ChargeItem: { code: 'code', date: 'occurrence' },
  Claim: { code: 'status', category: 'use', date: 'created' },
  ClaimResponse: { code: 'status', category: 'use', date: 'created' },
  ClinicalImpression: { code: 'status', date: 'date' },
  Communication: { code: 'status', category: 'category', date: 'sent' },
  CommunicationRequest: { code: 'status', category: 'category', date: 'authored' },
  Composition: { code: 'type', category: 'category', date: 'date' },
  Condition: { code: 'code', category: 'category', date: 'onset-date' },
  Consent: { code: 'status', category: 'category', date: 'date' },
  Coverage: { code: 'status', category: 'type' },
  DetectedIssue: { code: 'code', date: 'identified' },
  Device: { code: 'type', category: 'status' },
  DeviceRequest: { code: 'code', category: 'status', date: 'authored-on' },
  DiagnosticReport: { code: 'code', category: 'category', date: 'date' },
  DocumentReference: { code: 'type', category: 'category', date: 'date' },
  Encounter: { code: 'type', category: 'class', date: 'date' },
  EpisodeOfCare: { code: 'status', category: 'type', date: 'date' },
  ExplanationOfBenefit: { code: 'status', date: 'created' },
  FamilyMemberHistory: { code: 'code', category: 'relationship', date: 'date' },
  Flag: { date: 'date' },
  Goal: { code: 'lifecycle-status', category: 'category', date: 'start-date' },
  Group: { code: 'code', category: 'type' },
  HealthcareService: { code: 'service-type', category: 'service-category' },
  ImagingStudy: { code: 'modality', category: 'status', date: 'started' },
  Immunization: { code: 'vaccine-code', category: 'status', date: 'date' },
  Invoice: { code: 'status', category: 'type', date: 'date' },
  List: { code: 'code', category: 'status', date: 'date' },
  Location: { code: 'type', category: 'status' },
  Media: { code: 'type', category: 'modality', date: 'created' },
  Medication: { code: 'code', category: 'form' },
  MedicationAdministration: { code: 'code', category: 'status', date: 'effective-time' },
  MedicationDispense: { code: 'code', category: 'status', date: 'whenhandedover' },
  MedicationRequest: { code: 'code', category: 'status', date: 'authoredon' },
  MedicationStatement: { code: 'code', category: 'category', date: 'effective' },
  NutritionOrder: { code: 'status', date: 'datetime' },
  Observation: { code: 'code', category: 'category', date: 'date' },
  Organization: { code: 'type', category: 'active' },
  Patient: { code: 'gender', category: 'active', date: 'birthdate' },
  Person: { code: 'gender', date: 'birthdate' },
  Practitioner: { code: 'gender', category: 'active' },
  PractitionerRole: { code: 'role', category: 'specialty', date: 'date' },
  Procedure: { code: 'code', category: 'category', date: 'date' },
  Provenance: { date: 'recorded' },
  QuestionnaireResponse: { code: 'status', date: 'authored' },
  RelatedPerson: { code: 'relationship', category: 'gender', date: 'birthdate' },
  ResearchStudy: { code: 'status', category: 'category', date: 'date' },
  ResearchSubject: { code: 'status', date: 'date' },
  RiskAssessment: { code: 'method', date: 'date' },
  Schedule: { code: 'service-type', category: 'specialty', date: 'date' },
  ServiceRequest: { code: 'code', category: 'category', date: 'authored' },
  Slot: { code: 'status', category: 'service-type', date: 'start' },
  Specimen: { code: 'type', category: 'status', date: 'collected' },
  Task: { code: 'status', category: 'code', date: 'authored-on' },
};

/** The hot parameters of a type; none for types not named above. */
export function hotParameters(type: string): HotParameters {
  return HOT[type] ?? NONE;
}
