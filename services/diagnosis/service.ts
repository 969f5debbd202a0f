// The room of risk and guidance.
import { defineService } from '@polyclinic/kit';

export const diagnosis = defineService({
  name: 'diagnosis',
  purpose: 'Keeps risk assessments and guidance.',
  owns: ['RiskAssessment', 'GuidanceResponse'],
});
