// What other services may know of patients.
import { event } from '@polyclinic/kit';

/** A patient's record was deleted: whoever acts for that patient stops. */
export const patientDeleted = event({
  service: 'patients',
  name: 'patientDeleted',
  about: 'A patient record was deleted.',
  resource: 'Patient',
  operations: ['delete'],
});
