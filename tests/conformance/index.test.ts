// The platform as `npm start` brings it up, tried through its public door by every suite in this folder.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type Launched, launch, systemToken } from '@polyclinic/testing';
import { type FhirClient, fhirClient } from './client.ts';
import { door } from './door.ts';
import { hostile } from './hostile.ts';
import { paging } from './paging.ts';
import { races } from './races.ts';
import { search } from './search.ts';
import { synthea } from './synthea.ts';

const origin = 'http://127.0.0.1:8391';
let folder: string;
let platform: Launched;
let client: FhirClient;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyclinic-conformance-'));
  platform = await launch('server/main.ts', { PORT: '8391', POLYCLINIC_DATA: folder, POLYCLINIC_DEMO: 'on' });
  client = fhirClient(origin, await systemToken(origin));
});

after(async () => {
  await platform?.stop();
  await rm(folder, { recursive: true, force: true });
});

const suite = () => client;
describe('the way in', () => door(suite));
describe('searching', () => search(suite));
describe('real histories', () => synthea(suite));
describe('paging', () => paging(suite));
describe('races', () => races(suite));
describe('bad input', () => hostile(suite));

test('a defect never showed: nothing answered 500, and the log of the run names none', () => {
  assert.doesNotMatch(platform.output(), /"level":(50|60)/);
});
