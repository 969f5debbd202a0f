// What somebody can be invited as.
import { ROLES } from '@polyclinic/access';

/** What people are, programs are not. */
export const PEOPLES_ROLES = ROLES.filter((role) => role !== 'system');

export interface InvitedAs {
  readonly roles: readonly string[];
  /** The FHIR resource that stands for the person in the clinic, as `Practitioner/x`. */
  readonly fhirUser: string | null;
  /** The id of the Patient whose record the person is to see as a patient. */
  readonly patient: string | null;
}

const ID = /^[A-Za-z0-9.-]{1,64}$/;
const PERSON = /^(Practitioner|Patient|RelatedPerson)\/[A-Za-z0-9.-]{1,64}$/;

/** In words for whoever invites; null when all is well. */
export function invitationFault({ roles, fhirUser, patient }: InvitedAs): string | null {
  if (roles.length === 0) return 'Choose at least one role.';
  if (!roles.every((role) => (PEOPLES_ROLES as readonly string[]).includes(role)))
    return `Roles are: ${PEOPLES_ROLES.join(', ')}.`;
  if (fhirUser !== null && !PERSON.test(fhirUser)) return 'The person’s own resource must be like Practitioner/x.';
  if (patient !== null && !roles.includes('patient')) return 'A record to see as a patient needs the role patient.';
  if (patient !== null && !ID.test(patient)) return 'The record must be the id of a Patient.';
  return null;
}
