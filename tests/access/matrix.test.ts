// Who may see what, by every way in: made from what the platform declares, compared with a table of its own.
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Launched, launch } from '@polyclinic/testing';
import { generateDemo } from '../../tools/seed/index.ts';
import type { Cell } from './cell.ts';
import { asTransaction, graph, type Planted } from './graph.ts';
import { ask, faults, type Heard } from './judge.ts';
import { type Person, people } from './people.ts';
import { ofEncounter, ofPatient, ofType, readings } from './reading.ts';
import { alongEdges, byParameters, includes } from './searching.ts';
import { declaredTypes } from './statement.ts';
import { writings, writingsOf } from './writing.ts';

const origin = 'http://127.0.0.1:8421';
const fhir = `${origin}/fhir/R4`;
/** Enough to keep the platform busy, few enough that none waits long. */
const AT_ONCE = 24;
/** The questions are alike in their neighbours: one of so many, evenly spread, is asked in a run. */
const ONE_OF = 23;

let folder: string;
let platform: Launched;
let everybody: readonly Person[];
let system: Person;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polyclinic-access-'));
  platform = await launch('server/main.ts', {
    ...{ PORT: '8421', POLYCLINIC_DATA: folder, POLYCLINIC_DEMO: 'on' },
    ...{ POLYCLINIC_USER_RATE: '1000000', POLYCLINIC_FAILED_TOKEN_RATE: '1000000' },
  });
  everybody = await people(origin);
  system = everybody.find(({ role }) => role === 'system') as Person;
});

after(async () => {
  await platform?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function plant(all: readonly Planted[]): Promise<void> {
  const cell: Cell = { way: '', method: 'POST', path: '', body: asTransaction(all), needs: [] };
  const answer = await fetch(fhir, {
    method: 'POST',
    headers: { authorization: `Bearer ${system.token}`, 'content-type': 'application/fhir+json' },
    body: JSON.stringify(cell.body),
  });
  assert.equal(answer.status, 200, await answer.text());
}

/** Does the work for each of them, several at once, and keeps their order. */
async function forEach<T, R>(all: readonly T[], work: (each: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(all.length);
  let next = 0;
  const worker = async () => {
    for (let at = next++; at < all.length; at = next++) results[at] = await work(all[at] as T);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

const ANA: Planted = {
  type: 'Patient',
  id: 'harbor-ana',
  owner: 'a',
  word: '',
  resource: { resourceType: 'Patient', id: 'harbor-ana' },
};

/** One resource of each type that the other clinic has. */
function otherClinic(): readonly Planted[] {
  const first = new Map<string, Planted>();
  for (const { clinic, resources } of generateDemo({ seed: 1, today: new Date().toISOString().slice(0, 10) }))
    if (clinic !== 1)
      for (const resource of resources) {
        const { resourceType: type, id } = resource;
        if (!first.has(type)) first.set(type, { type, id, owner: 'other', word: '', resource });
      }
  return [...first.values()];
}

async function* cells(all: readonly Planted[], others: readonly Planted[]): AsyncGenerator<Cell> {
  const declared = await declaredTypes(origin);
  const types = new Map(declared.map((each) => [each.type, each]));
  for (const each of declared) {
    yield* ofType(each);
    yield* writingsOf(each);
  }
  const known = [...all, ANA];
  for (const each of known) {
    yield* readings(each);
    yield* includes(each, types.get(each.type)!);
    if (each === ANA) continue;
    yield* writings(each);
    yield* byParameters(each, types.get(each.type)!);
  }
  yield* alongEdges(known, types);
  const ofB = all.filter(({ owner }) => owner === 'b');
  yield* ofPatient('Patient/harbor-ana', 'a', ofB);
  yield* ofPatient('Patient/zz-b-patient', 'b', ofB);
  yield* ofEncounter('a', ofB);
  yield* ofEncounter('b', ofB);
  for (const each of others) {
    yield* readings(each);
    if (each.type === 'Patient') yield* ofPatient(`Patient/${each.id}`, 'other', ofB);
  }
}

async function listed(all: AsyncIterable<Cell>): Promise<readonly Cell[]> {
  const list: Cell[] = [];
  for await (const each of all) list.push(each);
  return list;
}

test('everybody sees by every way what the role is for, and nothing else', async (t) => {
  const all = graph('Zqcanary', '2093-07-07');
  await plant(all);
  const others = otherClinic();
  const world = new Map([...all, ANA, ...others].map((each) => [`${each.type}/${each.id}`, each]));
  const every = await listed(cells(all, others));
  const asked = every.filter((_, at) => at % ONE_OF === 0);
  const full = await forEach(asked, (cell) => ask(fhir, system, cell));
  const wrong: string[] = [];
  const judge = (person: Person, cell: Cell, heard: Heard, at: number) => {
    for (const fault of faults(world, person, cell, heard, full[at]!))
      wrong.push(`${person.role}, ${cell.way}: ${cell.method} ${cell.path} ${fault}`);
  };
  for (const [at, heard] of full.entries()) judge(system, asked[at]!, heard, at);
  for (const person of everybody.filter(({ role }) => role !== 'system'))
    await forEach([...asked.entries()], async ([at, cell]) => judge(person, cell, await ask(fhir, person, cell), at));
  t.diagnostic(
    `${asked.length * everybody.length} cells: ${asked.length} of ${every.length} questions, of ${everybody.length} people`,
  );
  assert.equal(wrong.length, 0, `${wrong.length} mismatches:\n${wrong.slice(0, 40).join('\n')}`);
  // A way that finds nothing for who sees everything would prove nothing.
  const finding = new Set(
    asked.filter((_, at) => [...full[at]!.found].some((each) => world.get(each)?.owner === 'b')).map(({ way }) => way),
  );
  for (const way of ['read', 'search by parameter', 'chain', '_has', '_include', '_revinclude'])
    assert.ok(finding.has(way), `${way} finds nothing of B`);
});
