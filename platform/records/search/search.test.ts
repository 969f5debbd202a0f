// The SQL of search against what search means: random resources, random searches, the same answer in the same order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SearchQuery } from '@polyclinic/fhir/search';
import type { Records, Visibility } from '../types.ts';
import { engine, parsed, type Stored, seeded, store } from './practice.test-data.ts';
import { ALL_TYPES, randomResources, randomSearch } from './random-practice.test-data.ts';
import { createReference } from './reference.test-data.ts';

const SCALE = 3;

async function practice() {
  const { records, pool } = await engine();
  const world: Stored[] = [];
  for (const clinic of [1, 2, 0])
    world.push(...(await store(records, clinic, randomResources(clinic + 5, clinic === 1 ? SCALE : 1))));
  for (const schema of ['patients', 'practitioners'])
    for (const table of ['current', 'log', 'reference_value', 'string_value', 'token_seen'])
      await pool.query(`vacuum analyze ${schema}.${table}`);
  return { records, pool, world, reference: createReference(world) };
}
const shared = practice();

const nameOf = ({ clinic, type, id }: { clinic: number; type: string; id: string }) => `${clinic}:${type}/${id}`;

async function walk(records: Records, query: SearchQuery, eyes: Visibility): Promise<readonly string[]> {
  const names: string[] = [];
  for (let cursor: string | null = null, pages = 0; pages < 200; pages += 1) {
    const page = await records.search({ ...query, cursor }, eyes);
    names.push(...page.matches.map(nameOf));
    if (page.next === null) return names;
    cursor = page.next;
  }
  throw new Error('the walk does not end');
}

const EYES: readonly Visibility[] = [
  { clinic: 1, patients: null },
  { clinic: 1, patients: null },
  { clinic: 2, patients: null },
  { clinic: 0, patients: null },
  { clinic: 1, patients: ['pa1'] },
  { clinic: 1, patients: ['pa2', 'pa3', 'nobody'] },
  { clinic: 1, patients: [] },
];

const SEARCHES = Number(process.env['SEARCHES'] ?? 600);

test('random searches find what they mean, in order, page by page, whoever asks', async () => {
  const { records, reference } = await shared;
  const random = seeded(Number(process.env['SEED'] ?? 7));
  let found = 0;
  for (let n = 0; n < SEARCHES; n += 1) {
    const [type, text] = randomSearch(random, SCALE);
    const eyes = random.one(EYES);
    const query = { ...parsed(type, text), count: random.one([1, 7, 20, 300]) };
    const expected = reference(query, eyes).map(nameOf);
    const told = `${type}?${text} for ${JSON.stringify(eyes)}`;
    assert.deepEqual(await walk(records, query, eyes), expected, told);
    const counted = await records.search({ ...query, summary: 'count' }, eyes);
    assert.equal(counted.total, expected.length, `the count of ${told}`);
    found += expected.length;
  }
  assert.ok(found > SEARCHES, 'the searches meet something');
});

test('a walk back meets the same pages', async () => {
  const { records, reference } = await shared;
  for (const [type, text] of [
    ...['', '_sort=date', '_sort=-date', '_sort=code,-_id', 'code=a', 'status=final', '_sort=_lastUpdated'].map(
      (one) => ['Observation', one] as const,
    ),
    ...[
      '_sort=family',
      '_sort=-given',
      '_sort=address-city',
      'name=s&_sort=-phonetic',
      '_sort=birthdate',
      '_sort=-gender',
    ].map((one) => ['Patient', one] as const),
  ]) {
    const query = { ...parsed(type, text), count: type === 'Patient' ? 4 : 9 };
    const eyes = { clinic: 1, patients: null };
    const forth: (readonly string[])[] = [];
    let last: string | null = null;
    for (let cursor: string | null = null; ; ) {
      const page = await records.search({ ...query, cursor }, eyes);
      forth.push(page.matches.map(nameOf));
      last = page.previous;
      if (page.next === null) break;
      cursor = page.next;
    }
    const back = [forth.at(-1)!];
    while (last !== null) {
      const page = await records.search({ ...query, cursor: last }, eyes);
      back.unshift(page.matches.map(nameOf));
      last = page.previous;
    }
    assert.deepEqual(back, forth, text);
    if (!text.includes('_lastUpdated')) assert.deepEqual(forth.flat(), reference(query, eyes).map(nameOf), text);
    assert.ok(forth.length > 2);
  }
});

test('searches over several types and within compartments', async () => {
  const { records, reference } = await shared;
  const random = seeded(11);
  const texts = ['', '_tag=a', '_id=pa1,ob2,en3', '_sort=_id', '_profile=http://p.example/x', '_id:not=pa1'];
  for (const eyes of EYES)
    for (const text of texts)
      for (const compartment of [
        null,
        { type: 'Patient', id: `pa${random.below(9)}` },
        { type: 'Encounter', id: `en${random.below(9)}` },
      ]) {
        const types = random.one([ALL_TYPES, ['Patient', 'Observation'], ['Organization', 'Encounter', 'ValueSet']]);
        const query = { ...parsed('', text, { types }), compartment, count: random.one([5, 50]) };
        const expected = reference(query, eyes).map(nameOf);
        assert.deepEqual(
          await walk(records, query, eyes),
          expected,
          `${text} ${JSON.stringify({ compartment, eyes, types: types.length })}`,
        );
        assert.equal((await records.search({ ...query, summary: 'count' }, eyes)).total, expected.length);
      }
});

test('searches that share a statement keep their own values, eyes and answers', async () => {
  const { records, reference } = await shared;
  const random = seeded(5);
  const texts = [
    () => ['Observation', `code=${random.one(['a', 'b', 'c', 'nowhere'])}`],
    () => ['Observation', `patient=pa${random.below(20)}&code=http://one.example|${random.one(['a', 'b'])}`],
    () => ['Patient', `family=${random.one(['smi', 's', 'zo', 'x', '%25', '"', '\\\\'])}&_sort=family`],
    () => ['Patient', `_id=${random.one(['pa1,pa2', 'pa3', 'NULL,"{}"', 'pa4,pa5,pa6'])}`],
    () => ['Observation', `value-quantity=gt${random.below(3)}&status=${random.one(['final', 'amended'])}`],
  ] as const;
  for (let round = 0; round < 10; round += 1) {
    const asked = Array.from({ length: 60 }, () => {
      const [type, text] = random.one(texts)() as [string, string];
      return { query: parsed(type, text), eyes: random.one(EYES), text };
    });
    const pages = await Promise.all(asked.map(({ query, eyes }) => records.search(query, eyes)));
    for (const [at, { query, eyes, text }] of asked.entries())
      assert.deepEqual(pages[at]!.matches.map(nameOf), reference(query, eyes).slice(0, 20).map(nameOf), text);
  }
});
