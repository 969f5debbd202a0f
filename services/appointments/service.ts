// The room of the calendar.
import { defineService } from '@polyclinic/kit';

export const appointments = defineService({
  name: 'appointments',
  purpose: 'Keeps schedules, slots and appointments.',
  owns: ['Schedule', 'Slot', 'Appointment', 'AppointmentResponse'],
});
