// Invented people. Phone numbers are of the block reserved for fiction, mail addresses of example domains, streets of
// no real town.
import type { Chance } from './random.ts';

const FEMALE = [
  'Ana',
  'Beatriz',
  'Chloe',
  'Dilara',
  'Emma',
  'Fatima',
  'Grace',
  'Hanna',
  'Ines',
  'Julia',
  'Keiko',
  'Lena',
  'Maya',
  'Nora',
  'Olivia',
  'Priya',
  'Rosa',
  'Sofia',
  'Tessa',
  'Yara',
] as const;
const MALE = [
  'Adam',
  'Bruno',
  'Carlos',
  'David',
  'Emil',
  'Felix',
  'George',
  'Hugo',
  'Ivan',
  'Jonas',
  'Kofi',
  'Liam',
  'Mateo',
  'Noah',
  'Omar',
  'Pablo',
  'Ravi',
  'Samuel',
  'Tomas',
  'Yusuf',
] as const;
const FAMILY = [
  'Abara',
  'Bennett',
  'Castillo',
  'Dvorak',
  'Eriksen',
  'Fischer',
  'Garcia',
  'Haddad',
  'Ivanova',
  'Jensen',
  'Kowalski',
  'Lindqvist',
  'Moreau',
  'Nakamura',
  'Okafor',
  'Petrov',
  'Quint',
  'Rossi',
  'Schneider',
  'Tanaka',
  'Ueda',
  'Vargas',
  'Weber',
  'Yilmaz',
  'Zhou',
] as const;
const STREETS = ['Alder', 'Beacon', 'Cedar', 'Dune', 'Elm', 'Ferry', 'Garden', 'Harbor'] as const;

export interface Person {
  readonly given: string;
  readonly family: string;
  readonly gender: 'female' | 'male';
}

export function person(chance: Chance): Person {
  const gender = chance.happens(0.52) ? 'female' : 'male';
  return { given: chance.pick(gender === 'female' ? FEMALE : MALE), family: chance.pick(FAMILY), gender };
}

/** +1 202 555 0100 to 0199: reserved, never assigned. */
export const phone = (chance: Chance): string => `+1-202-555-01${String(chance.between(0, 99)).padStart(2, '0')}`;

export const mail = (name: string): string => `${name.toLowerCase().replace(/[^a-z0-9]+/g, '.')}@example.org`;

export const address = (chance: Chance) => ({
  use: 'home',
  line: [`${chance.between(1, 199)} ${chance.pick(STREETS)} Street`],
  city: chance.pick(['Exampleton', 'Sampleford', 'Port Placeholder']),
  state: 'EX',
  postalCode: `000${chance.between(10, 99)}`,
  country: 'US',
});
