// The room of how a clinic works: forms, plans and tasks.
import { defineService } from '@polyclinic/kit';

export const clinics = defineService({
  name: 'clinics',
  purpose: 'Keeps templates, plans and tasks of clinics.',
  owns: ['Questionnaire', 'QuestionnaireResponse', 'PlanDefinition', 'ActivityDefinition', 'Task'],
});
