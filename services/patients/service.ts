// The room of the patient: demographics and the clinical record.
import { defineService } from '@polyclinic/kit';
import { patientDeleted } from './contract.ts';

export const patients = defineService({
  name: 'patients',
  purpose: 'Keeps patients and their clinical record, and every part of R4 that no other service names.',
  owns: {
    named: [
      'Patient',
      'RelatedPerson',
      'Condition',
      'AllergyIntolerance',
      'Observation',
      'DiagnosticReport',
      'Procedure',
      'Immunization',
      'CarePlan',
      'DocumentReference',
      'Binary',
    ],
    rest: true,
  },
  publishes: [patientDeleted],
});
