// A demo clinic before its first patient: the organisation, rooms, services and staff with their calendars.
import { concept, NAMESPACE, type Resource, SNOMED, term, to } from './model.ts';
import { mail, person, phone } from './names.ts';
import type { Chance } from './random.ts';

/** What tells one demo clinic from another. */
export interface ClinicPlan {
  readonly number: number;
  readonly slug: string;
  readonly name: string;
  readonly zone: string;
  readonly patients: number;
  readonly doctors: number;
}

export const CLINICS: readonly ClinicPlan[] = [
  { number: 1, slug: 'harbor', name: 'Harbor Clinic', zone: 'America/New_York', patients: 42, doctors: 3 },
  { number: 2, slug: 'linden', name: 'Praxis an der Linde', zone: 'Europe/Berlin', patients: 18, doctors: 2 },
];

export interface Clinic {
  readonly plan: ClinicPlan;
  readonly organization: Resource;
  readonly rooms: readonly Resource[];
  readonly services: readonly Resource[];
  readonly doctors: readonly Resource[];
  readonly nurses: readonly Resource[];
  readonly schedules: readonly Resource[];
  readonly all: readonly Resource[];
}

const ROLES = {
  doctor: ['doctor', '158965000', 'Medical practitioner'],
  nurse: ['nurse', '224535009', 'Registered nurse'],
  office: ['ict', '159483005', 'Administrative assistant'],
  admin: ['ict', '308050009', 'Clinic manager'],
} as const;

export function clinicOf(plan: ClinicPlan, chance: Chance, today: string): Clinic {
  const id = (kind: string, n?: number) => `${plan.slug}-${kind}${n === undefined ? '' : `-${n}`}`;
  const organization: Resource = {
    resourceType: 'Organization',
    id: id('clinic'),
    identifier: [{ system: `${NAMESPACE}/clinics`, value: plan.slug }],
    active: true,
    type: [term('organization-type', 'prov', 'Healthcare Provider')],
    name: plan.name,
    telecom: [{ system: 'phone', value: phone(chance), use: 'work' }],
  };
  const rooms: Resource[] = ['Waiting room', 'Room 1', 'Room 2', 'Procedure room'].map((name, n) => ({
    resourceType: 'Location',
    id: id('room', n),
    status: 'active',
    name,
    mode: 'instance',
    physicalType: term('location-physical-type', 'ro', 'Room'),
    managingOrganization: to(organization, plan.name),
  }));
  const services: Resource[] = [
    ['consultation', '11429006', 'Consultation'],
    ['check-up', '185349003', 'Encounter for check up'],
    ['vaccination', '33879002', 'Administration of vaccine'],
  ].map(([kind, code, display]) => ({
    resourceType: 'HealthcareService',
    id: id(`service-${kind}`),
    active: true,
    providedBy: to(organization, plan.name),
    type: [concept(SNOMED, code as string, display as string)],
    name: display,
    appointmentRequired: kind !== 'vaccination',
    availableTime: [
      { daysOfWeek: ['mon', 'tue', 'wed', 'thu', 'fri'], availableStartTime: '08:00:00', availableEndTime: '17:00:00' },
    ],
  }));
  const staff = (role: keyof typeof ROLES, count: number) =>
    Array.from({ length: count }, (_, n) => practitioner(plan, id(role, n + 1), n, chance.branch(`${role}/${n}`)));
  const doctors = staff('doctor', plan.doctors);
  const nurses = staff('nurse', 2);
  const office = staff('office', 1);
  const admins = staff('admin', 1);
  const roleOf = (who: Resource, role: keyof typeof ROLES): Resource => ({
    resourceType: 'PractitionerRole',
    id: `${who.id}-role`,
    active: true,
    practitioner: to(who),
    organization: to(organization, plan.name),
    code: [term('practitioner-role', ROLES[role][0]), concept(SNOMED, ROLES[role][1], ROLES[role][2])],
    healthcareService: services.map((service) => to(service)),
  });
  const roles = [
    ...doctors.map((who) => roleOf(who, 'doctor')),
    ...nurses.map((who) => roleOf(who, 'nurse')),
    ...office.map((who) => roleOf(who, 'office')),
    ...admins.map((who) => roleOf(who, 'admin')),
  ];
  const schedules: Resource[] = doctors.map((doctor) => ({
    resourceType: 'Schedule',
    id: `${doctor.id}-schedule`,
    extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/timezone', valueCode: plan.zone }],
    active: true,
    serviceType: services.map((service) => (service['type'] as unknown[])[0]),
    actor: [to(doctor)],
    planningHorizon: {
      start: today,
      end: `${Number(today.slice(0, 4)) + 1}${today.slice(4).replace('02-29', '02-28')}`,
    },
    comment: `Mondays to Fridays 09:00 to 17:00, ${plan.zone}`,
  }));
  const all = [
    organization,
    ...rooms,
    ...services,
    ...doctors,
    ...nurses,
    ...office,
    ...admins,
    ...roles,
    ...schedules,
  ];
  return { plan, organization, rooms, services, doctors, nurses, schedules, all };
}

function practitioner(plan: ClinicPlan, id: string, nth: number, chance: Chance): Resource {
  const who = person(chance);
  return {
    resourceType: 'Practitioner',
    id,
    identifier: [{ system: `${NAMESPACE}/staff`, value: `${plan.number}${String(nth).padStart(2, '0')}-${id}` }],
    active: true,
    name: [{ use: 'official', family: who.family, given: [who.given] }],
    telecom: [
      { system: 'phone', value: phone(chance), use: 'work' },
      { system: 'email', value: mail(`${who.given}.${who.family}`), use: 'work' },
    ],
    gender: who.gender,
    communication: [{ coding: [{ system: 'urn:ietf:bcp:47', code: plan.zone.startsWith('Europe') ? 'de' : 'en' }] }],
  };
}
