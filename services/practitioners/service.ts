// The room of the people and places that give care.
import { defineService } from '@polyclinic/kit';

export const practitioners = defineService({
  name: 'practitioners',
  purpose: 'Keeps practitioners, their roles and teams, organisations and places.',
  owns: ['Practitioner', 'PractitionerRole', 'Organization', 'Location', 'HealthcareService', 'CareTeam', 'Endpoint'],
});
