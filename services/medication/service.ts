// The room of medicines.
import { defineService } from '@polyclinic/kit';

export const medication = defineService({
  name: 'medication',
  purpose: 'Keeps medicines, prescriptions and what was given.',
  owns: [
    'Medication',
    'MedicationRequest',
    'MedicationStatement',
    'MedicationDispense',
    'MedicationAdministration',
    'MedicationKnowledge',
    'DetectedIssue',
  ],
});
