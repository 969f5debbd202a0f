// Today and the days around it: appointments in every status, and today's visits in every state of the clinic's board.
import type { Clinic } from './clinic.ts';
import { concept, type Resource, SNOMED, TERMINOLOGY, term, to } from './model.ts';
import type { Chance } from './random.ts';
import { addDays, at, weekday } from './time.ts';

/** Appointment status, and the encounter status of the visit it has become, if any. */
const TODAY = [
  ['fulfilled', 'finished'],
  ['fulfilled', 'finished'],
  ['checked-in', 'in-progress'],
  ['checked-in', 'triaged'],
  ['checked-in', 'arrived'],
  ['arrived', 'arrived'],
  ['booked', 'planned'],
  ['booked', 'planned'],
  ['noshow', 'cancelled'],
  ['cancelled', 'cancelled'],
] as const;

type AppointmentStatus =
  | 'booked'
  | 'fulfilled'
  | 'checked-in'
  | 'arrived'
  | 'noshow'
  | 'cancelled'
  | 'pending'
  | 'proposed'
  | 'waitlist';

export function dayOf(clinic: Clinic, patients: readonly Resource[], today: string, chance: Chance): Resource[] {
  const made: Resource[] = [];
  let next = 0;
  const patientNow = () => patients[next++ % patients.length] as Resource;
  clinic.doctors.forEach((doctor, d) => {
    const room = clinic.rooms[1 + (d % 3)] as Resource;
    TODAY.forEach(([status, visit], n) => {
      const id = `${doctor.id}-today-${n + 1}`;
      const start = 540 + n * 30;
      const booked = appointment(clinic, id, status, patientNow(), doctor, room, today, start);
      made.push(...booked, encounter(clinic, id, visit, booked[0] as Resource, doctor, room, today, start));
    });
    for (let day = 1; day <= 14; day++) {
      const date = addDays(today, day);
      if (weekday(date) === 0 || weekday(date) === 6) continue;
      for (let n = 0; n < 3; n++) {
        const status: AppointmentStatus = chance.happens(0.85) ? 'booked' : chance.pick(['pending', 'cancelled']);
        const start = 540 + n * 120 + 30 * chance.between(0, 3);
        made.push(
          ...appointment(clinic, `${doctor.id}-in-${day}-${n}`, status, patientNow(), doctor, room, date, start),
        );
      }
    }
  });
  made.push(...waiting(clinic, patientNow(), 'waitlist', today), ...waiting(clinic, patientNow(), 'proposed', today));
  return made;
}

/** The appointment and, while it holds the time, its busy slot. */
function appointment(
  clinic: Clinic,
  id: string,
  status: AppointmentStatus,
  patient: Resource,
  doctor: Resource,
  room: Resource,
  date: string,
  start: number,
): Resource[] {
  const { zone } = clinic.plan;
  const period = { start: at(date, start, zone), end: at(date, start + 30, zone) };
  const slot: Resource = {
    resourceType: 'Slot',
    id: `${id}-slot`,
    schedule: { reference: `Schedule/${doctor.id}-schedule` },
    status: status === 'pending' ? 'busy-tentative' : 'busy',
    ...period,
  };
  const holds = status !== 'cancelled' && status !== 'noshow';
  const participation = status === 'pending' ? 'needs-action' : 'accepted';
  return [
    {
      resourceType: 'Appointment',
      id,
      status,
      ...(status === 'cancelled'
        ? { cancelationReason: term('appointment-cancellation-reason', 'pat', 'Patient') }
        : {}),
      serviceType: [concept(SNOMED, '11429006', 'Consultation')],
      ...period,
      minutesDuration: 30,
      ...(holds ? { slot: [to(slot)] } : {}),
      created: at(addDays(date, -7), 600, zone),
      participant: [
        { actor: to(patient), required: 'required', status: participation },
        { actor: to(doctor), required: 'required', status: 'accepted' },
        { actor: to(room), required: 'required', status: 'accepted' },
      ],
    },
    ...(holds ? [slot] : []),
  ];
}

function encounter(
  clinic: Clinic,
  id: string,
  status: 'planned' | 'arrived' | 'triaged' | 'in-progress' | 'finished' | 'cancelled',
  booked: Resource,
  doctor: Resource,
  room: Resource,
  date: string,
  start: number,
): Resource {
  const { zone } = clinic.plan;
  const begun = status !== 'planned' && status !== 'cancelled';
  const patient = (booked['participant'] as { actor: { reference: string } }[])[0]?.actor;
  const end = at(date, start + 25, zone);
  return {
    resourceType: 'Encounter',
    id: `${id}-visit`,
    status,
    class: { system: `${TERMINOLOGY}/v3-ActCode`, code: 'AMB', display: 'ambulatory' },
    subject: patient,
    appointment: [to(booked)],
    participant: [{ individual: to(doctor) }],
    ...(begun ? { period: { start: at(date, start, zone), ...(status === 'finished' ? { end } : {}) } } : {}),
    location: [{ location: to(room), status: status === 'planned' ? 'planned' : 'active' }],
    serviceProvider: to(clinic.organization),
  };
}

function waiting(clinic: Clinic, patient: Resource, status: 'waitlist' | 'proposed', today: string): Resource[] {
  return [
    {
      resourceType: 'Appointment',
      id: `${clinic.plan.slug}-${status}-1`,
      status,
      serviceType: [concept(SNOMED, '11429006', 'Consultation')],
      priority: 5,
      requestedPeriod: [{ start: addDays(today, 1), end: addDays(today, 10) }],
      participant: [
        { actor: to(patient), status: 'needs-action' },
        { actor: to(clinic.doctors[0] as Resource), status: 'needs-action' },
      ],
    },
  ];
}
