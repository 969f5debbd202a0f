// The patients that break careless software: twins, doubles, a one-letter name, right-to-left script, leap-day births,
// a birth in 1900, visits across daylight-saving changes, two thousand visits, a death, a merged record.
import type { Clinic } from './clinic.ts';
import { type Resource, to } from './model.ts';
import { historyOf, patientOf } from './patient.ts';
import type { Chance } from './random.ts';
import { addDays, weekday, yearsBetween } from './time.ts';
import { visitRecord } from './visit.ts';

interface Case {
  readonly id: string;
  readonly given: string;
  readonly family: string;
  readonly gender: 'female' | 'male';
  readonly birthDate: string;
  readonly more?: Readonly<Record<string, unknown>>;
}

const cases = (slug: string): readonly Case[] => [
  {
    id: 'twin-1',
    given: 'Lena',
    family: 'Moreau',
    gender: 'female',
    birthDate: '2015-04-02',
    more: { multipleBirthInteger: 1 },
  },
  {
    id: 'twin-2',
    given: 'Lina',
    family: 'Moreau',
    gender: 'female',
    birthDate: '2015-04-02',
    more: { multipleBirthInteger: 2 },
  },
  { id: 'double-1', given: 'Maria', family: 'Garcia', gender: 'female', birthDate: '1980-06-15' },
  { id: 'double-2', given: 'Maria', family: 'Garcia', gender: 'female', birthDate: '1980-06-15' },
  { id: 'one-letter', given: 'O', family: 'E', gender: 'male', birthDate: '1991-11-30' },
  { id: 'right-to-left', given: 'ליאור', family: 'בן דוד', gender: 'male', birthDate: '1975-01-09' },
  { id: 'leap-day', given: 'Febe', family: 'Lindqvist', gender: 'female', birthDate: '2004-02-29' },
  { id: 'born-1900', given: 'Augusta', family: 'Fischer', gender: 'female', birthDate: '1900-03-01' },
  {
    id: 'deceased',
    given: 'Hugo',
    family: 'Petrov',
    gender: 'male',
    birthDate: '1938-08-20',
    more: { deceasedDateTime: '2024-12-31T23:30:00-05:00' },
  },
  { id: 'kept', given: 'Priya', family: 'Okafor', gender: 'female', birthDate: '1988-09-09' },
  {
    id: 'merged',
    given: 'Prya',
    family: 'Okafor',
    gender: 'female',
    birthDate: '1988-09-09',
    more: { active: false, link: [{ other: { reference: `Patient/${slug}-kept` }, type: 'replaced-by' }] },
  },
];

/** Days on which clocks change in the clinic's country, and a leap day. */
const CLOCK_CHANGES: Readonly<Record<string, readonly string[]>> = {
  'America/New_York': ['2024-03-10', '2024-11-03', '2025-03-09', '2025-11-02', '2024-02-29'],
  'Europe/Berlin': ['2024-03-31', '2024-10-27', '2025-03-30', '2025-10-26', '2024-02-29'],
};

export function nastyCases(clinic: Clinic, today: string, chance: Chance): Resource[][] {
  const { slug, zone } = clinic.plan;
  const sets = cases(slug).map((it) => {
    const lot = chance.branch(it.id);
    const patient = { ...patientOf(clinic, `${slug}-${it.id}`, it, it.birthDate, lot), ...it.more };
    const quiet = it.id === 'merged' || it.id === 'deceased';
    return [patient, ...(quiet ? [] : historyOf(clinic, patient, it.birthDate, today, lot))];
  });
  const lot = chance.branch('clock-changes');
  const patient = patientOf(
    clinic,
    `${slug}-night-owl`,
    { given: 'Noor', family: 'Haddad', gender: 'female' },
    '1983-10-30',
    lot,
  );
  const nights = (CLOCK_CHANGES[zone] ?? []).flatMap((date, n) =>
    visitRecord(
      {
        id: `${patient.id}-visit-${n + 1}`,
        patient,
        clinic,
        doctor: lot.pick(clinic.doctors),
        date,
        start: 75 + 30 * n,
        illness: null,
        firstNoted: false,
        age: 40,
      },
      lot,
    ),
  );
  return [...sets, [patient, ...nights]];
}

/** One patient with two thousand visits: two a day on every working day, for the length of lists and charts. */
export function manyVisits(clinic: Clinic, today: string, chance: Chance): Resource[] {
  const birthDate = '1949-05-17';
  const patient = patientOf(
    clinic,
    `${clinic.plan.slug}-many-visits`,
    { given: 'Walter', family: 'Jensen', gender: 'male' },
    birthDate,
    chance,
  );
  const made: Resource[] = [patient];
  let date = addDays(today, -1);
  for (let n = 2_000; n > 0; ) {
    if (weekday(date) !== 0 && weekday(date) !== 6)
      for (const start of [540, 840]) {
        const [visit, pressure] = visitRecord(
          {
            id: `${patient.id}-visit-${n}`,
            patient,
            clinic,
            doctor: chance.pick(clinic.doctors),
            date,
            start,
            illness: null,
            firstNoted: false,
            age: yearsBetween(birthDate, date),
          },
          chance,
        );
        made.push(visit as Resource);
        if (n % 4 === 0) made.push(pressure as Resource);
        n--;
      }
    date = addDays(date, -1);
  }
  return made;
}

/** A mother who sees to her child: the relation that lets her act for it. */
export function guardianOf(child: Resource, guardian: Resource, today: string): Resource {
  const name = (guardian['name'] as unknown[])[0];
  return {
    resourceType: 'RelatedPerson',
    id: `${child.id}-guardian`,
    active: true,
    patient: to(child),
    relationship: [
      { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code: 'MTH', display: 'mother' }] },
    ],
    name: [name],
    telecom: guardian['telecom'],
    period: { start: addDays(today, -365), end: addDays(today, 365) },
  };
}
