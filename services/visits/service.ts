// The room of what happened at the clinic.
import { defineService } from '@polyclinic/kit';

export const visits = defineService({
  name: 'visits',
  purpose: 'Keeps visits and episodes of care.',
  owns: ['Encounter', 'EpisodeOfCare'],
});
