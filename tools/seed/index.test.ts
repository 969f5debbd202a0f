import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileValidator } from '@polyclinic/fhir';
import { generateDemo } from './index.ts';
import type { Resource } from './model.ts';
import { at } from './time.ts';

const today = '2026-03-02';
const all = (seed: number, day = today): Resource[] =>
  [...generateDemo({ seed, today: day })].flatMap(({ resources }) => resources);

test('the same seed and day give the same bytes, another seed gives others', () => {
  assert.equal(JSON.stringify(all(42)), JSON.stringify(all(42)));
  assert.notEqual(JSON.stringify(all(42)), JSON.stringify(all(43)));
});

test('every resource is valid FHIR R4, on an ordinary day, a leap day and the day clocks change', () => {
  for (const day of [today, '2028-02-29', '2026-03-08', '2026-10-25'])
    for (const resource of all(7, day)) {
      const errors = compileValidator(resource.resourceType)(resource).filter(({ severity }) => severity === 'error');
      assert.deepEqual(errors, [], `${resource.resourceType}/${resource.id} on ${day}`);
    }
});

test('every reference points to a resource of the same clinic, and no id is given twice', () => {
  for (const clinic of [1, 2]) {
    const resources = [...generateDemo({ seed: 42, today })]
      .filter((it) => it.clinic === clinic)
      .flatMap((it) => it.resources);
    const ids = new Set(resources.map(({ resourceType, id }) => `${resourceType}/${id}`));
    assert.equal(ids.size, resources.length);
    for (const [, reference] of JSON.stringify(resources).matchAll(/"reference":"([^"]+)"/g))
      assert.ok(ids.has(reference as string), `${reference} is missing from clinic ${clinic}`);
  }
});

test('the cases that break careless software are all there', () => {
  const patients = all(42).filter(({ resourceType }) => resourceType === 'Patient');
  const named = (id: string) => patients.find((patient) => patient.id === `harbor-${id}`);
  for (const id of [
    'ana',
    'twin-1',
    'twin-2',
    'double-1',
    'double-2',
    'one-letter',
    'right-to-left',
    'leap-day',
    'born-1900',
    'deceased',
    'merged',
    'night-owl',
  ])
    assert.ok(named(id), id);
  assert.equal(patients.length, 60);
  const visits = all(42).filter(
    ({ resourceType, id }) => resourceType === 'Encounter' && id.startsWith('harbor-many-visits'),
  );
  assert.equal(visits.length, 2_000);
});

test('a day has appointments in every status a clinic sees', () => {
  const statuses = new Set(
    all(42)
      .filter(({ resourceType }) => resourceType === 'Appointment')
      .map((it) => it['status']),
  );
  for (const status of [
    'booked',
    'arrived',
    'checked-in',
    'fulfilled',
    'noshow',
    'cancelled',
    'pending',
    'proposed',
    'waitlist',
  ])
    assert.ok(statuses.has(status), status);
});

test('phones are of the block reserved for fiction and mail addresses of example domains', () => {
  const text = JSON.stringify(all(42));
  for (const [, phone] of text.matchAll(/"system":"phone","value":"([^"]+)"/g))
    assert.match(phone as string, /^\+1-202-555-01\d\d$/);
  for (const [, mail] of text.matchAll(/"system":"email","value":"([^"]+)"/g))
    assert.match(mail as string, /@example\.org$/);
});

test('wall time becomes the right instant on either side of a clock change', () => {
  assert.equal(at('2026-10-26', 540, 'America/New_York'), '2026-10-26T09:00:00-04:00');
  assert.equal(at('2026-11-02', 540, 'America/New_York'), '2026-11-02T09:00:00-05:00');
  assert.equal(at('2027-03-22', 540, 'Europe/Berlin'), '2027-03-22T09:00:00+01:00');
  assert.equal(at('2027-03-29', 540, 'Europe/Berlin'), '2027-03-29T09:00:00+02:00');
});
