// The room of studies.
import { defineService } from '@polyclinic/kit';

export const research = defineService({
  name: 'research',
  purpose: 'Keeps studies, their subjects and groups.',
  owns: ['ResearchStudy', 'ResearchSubject', 'Group'],
});
