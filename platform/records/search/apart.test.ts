// The same search gives the same answer whether all types live in one process or their owners in two.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SearchQuery } from '@polyclinic/fhir/search';
import type { Records, Visibility } from '../types.ts';
import { apart, engine, parsed, seeded, store } from './practice.test-data.ts';
import { randomResources, randomSearch } from './random-practice.test-data.ts';

const nameOf = ({ clinic, type, id }: { clinic: number; type: string; id: string }) => `${clinic}:${type}/${id}`;

async function found(records: Records, query: SearchQuery, eyes: Visibility) {
  const { matches, included, total } = await records.search(query, eyes);
  return { matches: matches.map(nameOf), included: included.map(nameOf).toSorted(), total };
}

test('searches across two processes answer as within one', async () => {
  const { records, pool } = await engine();
  await store(records, 1, randomResources(21, 2));
  await store(records, 0, randomResources(20, 2, 'all-'));
  const owner = apart(pool);
  const random = seeded(3);
  const includes: Readonly<Record<string, readonly string[]>> = {
    Patient: [
      '_include=Patient:organization',
      '_include=Patient:*',
      '_revinclude=Observation:subject',
      '_include=Patient:general-practitioner&_revinclude=Encounter:patient&_revinclude:iterate=Observation:encounter',
      '_include=Patient:organization&_include:iterate=Organization:partof',
    ],
    Observation: [
      '_include=Observation:performer',
      '_include=Observation:subject:Patient&_include:iterate=Patient:organization&_include:iterate=Organization:partof',
    ],
    Organization: [
      '_revinclude=Patient:organization',
      '_revinclude=Patient:organization&_revinclude:iterate=Observation:patient',
      '_include=Organization:partof',
    ],
    Encounter: ['_include=*', '_include=Encounter:participant'],
  };
  let across = 0;
  for (let n = 0; n < 300; n += 1) {
    const [type, text] = randomSearch(random, 2);
    const include = includes[type] !== undefined && random.chance(0.6) ? random.one(includes[type]) : '';
    const query = {
      ...parsed(type, [text, include].filter((part) => part !== '').join('&')),
      count: 10,
      total: 'accurate' as const,
    };
    const eyes = random.one<Visibility>([
      { clinic: 1, patients: null },
      { clinic: 1, patients: ['pa1', 'pa2'] },
    ]);
    const within = await found(records, query, eyes);
    assert.deepEqual(
      await found(owner(type), query, eyes),
      within,
      `${type}?${text}&${include} ${JSON.stringify(eyes)}`,
    );
    across += within.included.length;
  }
  assert.ok(across > 300);
});
