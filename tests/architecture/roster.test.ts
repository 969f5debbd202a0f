// What the services declare fits together.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { resourceTypes } from '@polyclinic/fhir';
import { defineService, event, ownersOf, reaction, rosterFaults } from '@polyclinic/kit';
import { roster } from '../../server/roster.ts';
import { readDeclarations } from '../../tools/describe/declarations.ts';
import { shapeOf } from '../../tools/describe/pages.ts';

const services = await readDeclarations();

test('every service that has a room works here', () => {
  assert.deepEqual(roster.map(({ name }) => name).sort(), services.map(({ name }) => name).sort());
});

test('every FHIR type has exactly one owner', () => {
  const owners = ownersOf(services, resourceTypes);
  assert.deepEqual([...owners.keys()].sort(), [...resourceTypes].sort());
});

test('what is called is offered, what is read is published, every permission is used', () => {
  assert.deepEqual(rosterFaults(services), []);
});

test('a reaction to an event that nobody publishes would be noticed', () => {
  const unheard = event({
    service: 'nobody',
    name: 'somethingHappened',
    about: '',
    resource: 'Patient',
    operations: ['create'],
  });
  const listener = defineService({
    name: 'listener',
    purpose: '',
    owns: [],
    reacts: [reaction(unheard, 'listener', async () => {})],
  });
  assert.equal(rosterFaults([...services, listener]).length, 1);
});

test('names are words: services in lower case, operations and events in lowerCamelCase', () => {
  const wrong = services.flatMap(({ name, offers, publishes, reacts }) => [
    ...(/^[a-z]+$/.test(name) ? [] : [name]),
    ...[...offers.map(({ operation }) => operation.name), ...publishes.map((published) => published.name)].filter(
      (word) => !/^[a-z][a-zA-Z]*$/.test(word),
    ),
    ...reacts.map(({ reader }) => reader).filter((reader) => !/^[a-z][a-zA-Z0-9.-]*$/.test(reader)),
  ]);
  assert.deepEqual(wrong, []);
});

test('every operation says in a sentence what it does, and takes an object', () => {
  const wrong = services
    .flatMap(({ offers }) => offers)
    .filter(({ operation }) => !operation.about.endsWith('.') || !shapeOf(operation.input).startsWith('{'))
    .map(({ operation }) => `${operation.service}.${operation.name}`);
  assert.deepEqual(wrong, []);
});
