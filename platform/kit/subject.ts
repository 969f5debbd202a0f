// Who asks: the end user or program behind a request, as proven by its access token. Travels with every call.

/** The number of a clinic (the tenant). 0 is what all clinics share: definitions and published templates. */
export type ClinicNumber = number;

export interface Subject {
  /** The user's id, or the client's for a program acting for itself. */
  readonly id: string;
  /** The OAuth client the request came through. */
  readonly client: string;
  /** The clinic this request runs in. */
  readonly clinic: ClinicNumber;
  /** Roles in that clinic: admin, doctor, nurse, office, patient, researcher, moderator, auditor, system. */
  readonly roles: readonly string[];
  /** Granted scopes, SMART v1 and v2 (`system/*.cruds`, `patient/Observation.rs`) and `polyclinic:` permissions. */
  readonly scopes: readonly string[];
  /** The FHIR resource that stands for the user, as `Practitioner/x` or `Patient/x`. */
  readonly fhirUser?: string;
  /** The patient in context: the id of the only compartment this subject may see when its role is patient. */
  readonly patient?: string;
}
