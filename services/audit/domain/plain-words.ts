// What happened to somebody's record, as one would tell it to that person.

export interface Told {
  readonly subtype: string;
  readonly outcome: string;
  /** The type of what it was about; '' where it was the record as a whole. */
  readonly type: string;
}

const DID: Readonly<Record<string, string>> = {
  read: 'looked at',
  vread: 'looked at an earlier version of',
  history: 'looked at the history of',
  search: 'searched and was shown',
  create: 'wrote',
  update: 'changed',
  patch: 'changed',
  delete: 'deleted',
  operation: 'was given',
};

const TRIED: Readonly<Record<string, string>> = {
  read: 'tried to look at',
  vread: 'tried to look at an earlier version of',
  history: 'tried to look at the history of',
  search: 'tried to search',
  create: 'tried to write',
  update: 'tried to change',
  patch: 'tried to change',
  delete: 'tried to delete',
};

/** Of the record's parts those that people have a word for. */
const THINGS: Readonly<Record<string, string>> = {
  Patient: 'your personal data',
  RelatedPerson: 'the people you named',
  Observation: 'measurements and findings',
  Condition: 'your diagnoses',
  AllergyIntolerance: 'your allergies',
  Medication: 'your medication',
  MedicationRequest: 'your prescriptions',
  MedicationStatement: 'your medication',
  MedicationAdministration: 'medication you were given',
  MedicationDispense: 'medication you were handed out',
  Encounter: 'your visits',
  Appointment: 'your appointments',
  Immunization: 'your vaccinations',
  Procedure: 'your treatments',
  DiagnosticReport: 'your reports',
  DocumentReference: 'your documents',
  CarePlan: 'your care plan',
  Consent: 'your consents',
  QuestionnaireResponse: 'your answers to a form',
  Communication: 'messages',
  AuditEvent: 'who looked at your record',
};

/** `looked at your diagnoses`; of what was refused `tried to change your prescriptions, and was refused`. */
export function inPlainWords({ subtype, outcome, type }: Told): string {
  const thing = type === '' ? 'your record' : (THINGS[type] ?? 'other parts of your record');
  if (outcome === '0') return `${DID[subtype] ?? 'used'} ${thing}`;
  const tried = `${TRIED[subtype] ?? 'tried to use'} ${thing}`;
  return outcome === '4' ? `${tried}, and was refused` : `${tried}, which failed`;
}
