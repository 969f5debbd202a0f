// The demo: two clinics with staff, about sixty patients with their histories, and a day of appointments. The same seed
// and day give the same bytes.
import { CLINICS, type Clinic, clinicOf } from './clinic.ts';
import { dayOf } from './day.ts';
import type { DemoBundle, Resource } from './model.ts';
import { person } from './names.ts';
import { guardianOf, manyVisits, nastyCases } from './nasty.ts';
import { paperwork } from './paperwork.ts';
import { historyOf, patientOf } from './patient.ts';
import { type Chance, chanceOf } from './random.ts';
import { addDays } from './time.ts';

export type { DemoBundle } from './model.ts';
export { toBundle } from './model.ts';

/** The people behind the demo logins, all of clinic 1. */
export const DEMO_PEOPLE = {
  clinic: 1,
  doctor: 'Practitioner/harbor-doctor-1',
  nurse: 'Practitioner/harbor-nurse-1',
  office: 'Practitioner/harbor-office-1',
  admin: 'Practitioner/harbor-admin-1',
  patient: 'Patient/harbor-ana',
} as const;

/** The clinics by number, for whoever keeps their names. */
export const DEMO_CLINICS = CLINICS.map(({ number, slug, name, zone }) => ({ number, slug, name, zone }));

/** A Bundle stays below this many resources, so that progress is visible while it loads. */
const BUNDLE_SIZE = 500;

/**
 * The demo clinics as lists of resources to store under their own ids, in an order that never refers forward.
 * @param options.seed any whole number
 * @param options.today `YYYY-MM-DD`, the day whose appointments are "today's"
 */
export function* generateDemo(options: { seed: number; today: string }): Generator<DemoBundle> {
  const { today } = options;
  for (const plan of CLINICS) {
    const chance = chanceOf(options.seed).branch(plan.slug);
    const clinic = clinicOf(plan, chance.branch('clinic'), today);
    const { patients, records } = people(clinic, today, chance);
    const day = [
      ...dayOf(clinic, patients, today, chance.branch('day')),
      ...paperwork(clinic, patients, today, chance.branch('paperwork')),
    ];
    yield* inBundles(plan.number, `${plan.name}: staff and rooms`, clinic.all);
    yield* inBundles(plan.number, `${plan.name}: patients and their histories`, records);
    yield* inBundles(plan.number, `${plan.name}: today and the days to come`, day);
  }
}

function people(clinic: Clinic, today: string, chance: Chance): { patients: Resource[]; records: Resource[] } {
  const { plan } = clinic;
  const sets: Resource[][] = [];
  if (plan.number === 1) {
    const lot = chance.branch('ana');
    const ana = patientOf(
      clinic,
      'harbor-ana',
      { given: 'Ana', family: 'Castillo', gender: 'female' },
      '1984-02-11',
      lot,
    );
    const child = patientOf(
      clinic,
      'harbor-ana-child',
      { given: 'Mateo', family: 'Castillo', gender: 'male' },
      addDays(today, -2_300),
      lot,
    );
    sets.push([ana, ...historyOf(clinic, ana, '1984-02-11', today, lot)]);
    sets.push([child, ...historyOf(clinic, child, addDays(today, -2_300), today, lot), guardianOf(child, ana, today)]);
    sets.push(...nastyCases(clinic, today, chance.branch('nasty')), manyVisits(clinic, today, chance.branch('many')));
  }
  for (let n = sets.length; n < plan.patients; n++) {
    const lot = chance.branch(`patient/${n}`);
    const birthDate = addDays(today, -lot.between(200, 32_000));
    const patient = patientOf(clinic, `${plan.slug}-${String(n + 1).padStart(3, '0')}`, person(lot), birthDate, lot);
    sets.push([patient, ...historyOf(clinic, patient, birthDate, today, lot)]);
  }
  const patients = sets
    .map((set) => set[0] as Resource)
    .filter((it) => it['active'] === true && !('deceasedDateTime' in it));
  // A merged record names the one that replaced it, so every patient is stored before any history.
  return { patients, records: [...sets.map((set) => set[0] as Resource), ...sets.flatMap((set) => set.slice(1))] };
}

function* inBundles(clinic: number, title: string, resources: readonly Resource[]): Generator<DemoBundle> {
  for (let from = 0; from < resources.length; from += BUNDLE_SIZE)
    yield { clinic, title, resources: resources.slice(from, from + BUNDLE_SIZE) };
}
