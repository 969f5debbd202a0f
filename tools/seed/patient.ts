// A demo patient and the years before today.
import { ALLERGENS, ILLNESSES, type Illness, VACCINES } from './catalogue.ts';
import type { Clinic } from './clinic.ts';
import { CVX, concept, NAMESPACE, type Resource, SNOMED, term, to } from './model.ts';
import { address, mail, type Person, phone } from './names.ts';
import type { Chance } from './random.ts';
import { addDays, weekday, yearsBetween } from './time.ts';
import { visitRecord } from './visit.ts';

export function patientOf(clinic: Clinic, id: string, who: Person, birthDate: string, chance: Chance): Resource {
  return {
    resourceType: 'Patient',
    id,
    identifier: [
      {
        type: term('v2-0203', 'MR', 'Medical record number'),
        system: `${NAMESPACE}/${clinic.plan.slug}/record-number`,
        value: id.replace(/\D+/g, '').padStart(6, '0') + String(chance.between(100, 999)),
      },
    ],
    active: true,
    name: [{ use: 'official', family: who.family, given: [who.given] }],
    telecom: [
      { system: 'phone', value: phone(chance), use: 'mobile' },
      { system: 'email', value: mail(`${who.given}.${who.family}.${id}`) },
    ],
    gender: who.gender,
    birthDate,
    address: [address(chance)],
    maritalStatus: term('v3-MaritalStatus', chance.pick(['M', 'S'])),
    communication: [
      { language: { coding: [{ system: 'urn:ietf:bcp:47', code: clinic.plan.number === 2 ? 'de' : 'en' }] } },
    ],
    generalPractitioner: [to(chance.pick(clinic.doctors))],
    managingOrganization: to(clinic.organization),
  };
}

/** The visits of a life so far at this clinic, with allergies and immunisations; oldest first. */
export function historyOf(
  clinic: Clinic,
  patient: Resource,
  birthDate: string,
  today: string,
  chance: Chance,
): Resource[] {
  const age = yearsBetween(birthDate, today);
  const mine = ILLNESSES.filter((illness) => age >= illness.from && chance.happens(illness.chronic ? age / 260 : 0.3));
  const visits = chance.between(3, 7);
  const noted = new Set<Illness>();
  const made: Resource[] = [];
  for (let n = 0; n < visits; n++) {
    const date = openDay(addDays(today, -Math.round(((visits - n) * 1_100) / visits) + chance.between(0, 60)), today);
    if (date < birthDate) continue;
    const illness = mine.length > 0 ? (mine[n % mine.length] as Illness) : null;
    made.push(
      ...visitRecord(
        {
          id: `${patient.id}-visit-${n + 1}`,
          patient,
          clinic,
          doctor: chance.pick(clinic.doctors),
          date,
          start: 540 + 30 * chance.between(0, 14),
          illness,
          firstNoted: illness !== null && !noted.has(illness),
          age,
        },
        chance,
      ),
    );
    if (illness !== null) noted.add(illness);
  }
  return [...made, ...allergies(patient, today, chance), ...immunizations(clinic, patient, birthDate, today, chance)];
}

/** The clinic is closed at weekends; and a visit of the past lies before today. */
function openDay(date: string, today: string): string {
  let day = date >= today ? addDays(today, -1) : date;
  while (weekday(day) === 0 || weekday(day) === 6) day = addDays(day, -1);
  return day;
}

function allergies(patient: Resource, today: string, chance: Chance): Resource[] {
  const base = {
    resourceType: 'AllergyIntolerance',
    patient: to(patient),
    recordedDate: addDays(today, -chance.between(30, 900)),
  };
  const status = {
    clinicalStatus: term('allergyintolerance-clinical', 'active'),
    verificationStatus: term('allergyintolerance-verification', 'confirmed'),
  };
  if (chance.happens(0.55))
    return [
      { ...base, ...status, id: `${patient.id}-allergy`, code: concept(SNOMED, '716186003', 'No known allergy') },
    ];
  const allergen = chance.pick(ALLERGENS);
  return [
    {
      ...base,
      ...status,
      id: `${patient.id}-allergy`,
      type: 'allergy',
      category: [allergen.category],
      criticality: allergen.reaction[0] === '39579001' ? 'high' : 'low',
      code: concept(SNOMED, allergen.code, allergen.display),
      reaction: [{ manifestation: [concept(SNOMED, allergen.reaction[0], allergen.reaction[1])] }],
    },
  ];
}

function immunizations(
  clinic: Clinic,
  patient: Resource,
  birthDate: string,
  today: string,
  chance: Chance,
): Resource[] {
  return VACCINES.filter(() => chance.happens(0.5))
    .map((vaccine, n) => ({ vaccine, n, date: openDay(addDays(today, -chance.between(20, 1_000)), today) }))
    .filter(({ date }) => date > birthDate)
    .map(({ vaccine, n, date }) => ({
      resourceType: 'Immunization',
      id: `${patient.id}-immunization-${n + 1}`,
      status: 'completed',
      vaccineCode: concept(CVX, vaccine.code, vaccine.display),
      patient: to(patient),
      occurrenceDateTime: date,
      primarySource: true,
      location: to(clinic.rooms[1] as Resource),
    }));
}
