// The part of a transaction that is written in this process: prepared first, then written in one database transaction.
import { Refusal, refuse, type Subject } from '@polyclinic/kit';
import type { RecordsTransaction, WriteItem, WriteOutcome } from '@polyclinic/records';
import { mayReplace, visibilityFor } from './access.ts';
import { authorOf, keyOf } from './ask.ts';
import { createBreather } from './breather.ts';
import { idsMeeting, readCondition } from './condition.ts';
import { checkReferences, checkUnreferenced } from './integrity.ts';
import { refusalAt } from './outcome.ts';
import type { Condition, Guard, Participant, PlannedPart, PlannedWrite, WriteResult } from './participant.ts';
import type { FhirParts } from './parts.ts';
import { prepareResource } from './prepare.ts';

export interface Writer {
  readonly subject: Subject;
  readonly base: string;
  readonly address?: string;
}

/** What a refusal says when a condition came out differently under its lock: the transaction is planned anew. */
export const CONDITION_CHANGED = 'a condition changed while the transaction was planned; try again';

export const isConditionChange = (thrown: unknown): boolean =>
  thrown instanceof Refusal && thrown.issues[0]?.diagnostics === CONDITION_CHANGED;

/** This process as a participant, for transactions that others join. */
export function localParticipant(parts: FhirParts, writer: Writer): Participant {
  return {
    findIds: (conditions) => findHere(parts, writer, conditions),
    async prepare(name, part) {
      const items = await makeItems(parts, writer, part);
      return parts.records.prepare(name, (tx) => carryOut(parts, writer, tx, part, items));
    },
    finish: (name, how) => parts.records.finish(name, how),
  };
}

export async function findHere(parts: FhirParts, writer: Writer, conditions: readonly Condition[]) {
  const read = conditions.map(({ type, criteria }) => readCondition({ ...parts, ...writer }, type, criteria));
  return parts.records.transaction((tx) => idsMeeting(tx, read));
}

/** Validates, indexes and cuts every resource; nothing of it needs the database transaction. */
export async function makeItems(parts: FhirParts, writer: Writer, part: PlannedPart): Promise<readonly WriteItem[]> {
  const breathe = createBreather();
  const alongside = new Set(part.alongside);
  const items: WriteItem[] = [];
  for (const write of part.writes) {
    items.push(await naming(write.at, () => makeItem(parts, writer, write, alongside)));
    await breathe();
  }
  return items;
}

async function makeItem(
  parts: FhirParts,
  writer: Writer,
  { method, type, id, expect, resource }: PlannedWrite,
  alongside: ReadonlySet<string>,
): Promise<WriteItem> {
  const { subject } = writer;
  const key = keyOf(subject, type, id);
  const author = authorOf(writer);
  if (resource === null) {
    const expected = await mayReplace(parts.records, subject, 'delete', key, expect);
    return { key, expect: expected, author, body: null, index: null };
  }
  const interaction = method === 'POST' ? 'create' : method === 'PATCH' ? 'patch' : 'update';
  const visibility = visibilityFor(subject, interaction, type);
  // The plan has compared ids already.
  const { body, index, resource: parsed } = prepareResource(resource, { type, id, ownId: 'replaced' }, visibility);
  await checkReferences(parts, parsed, writer, alongside);
  const expected = method === 'POST' ? expect : await mayReplace(parts.records, subject, 'update', key, expect);
  return { key, expect: expected, author, body, index };
}

/** Checks the conditions under their locks, then writes everything at once. */
export async function carryOut(
  parts: FhirParts,
  writer: Writer,
  tx: RecordsTransaction,
  part: PlannedPart,
  items: readonly WriteItem[],
): Promise<readonly WriteResult[]> {
  await checkGuards(parts, writer, tx, part.guards);
  const going = new Set(part.writes.flatMap(({ resource, type, id }) => (resource === null ? [`${type}/${id}`] : [])));
  const outcomes = items.length === 0 ? [] : await tx.write(items);
  const results: WriteResult[] = [];
  for (const [n, write] of part.writes.entries()) {
    const { at, resource } = write;
    const key = (items[n] as WriteItem).key;
    // After the write, so that what the same transaction rewires no longer counts.
    if (resource === null) await naming(at, () => checkUnreferenced(parts, tx, key, writer.subject, going));
    results.push(await naming(at, async () => resultOf(write, outcomes[n])));
  }
  return results;
}

async function checkGuards(
  parts: FhirParts,
  writer: Writer,
  tx: RecordsTransaction,
  guards: readonly Guard[],
): Promise<void> {
  if (guards.length === 0) return;
  const conditions = guards.map(({ type, criteria }) => readCondition({ ...parts, ...writer }, type, criteria));
  await tx.lock(conditions.map(({ lock }) => lock));
  const found = await idsMeeting(tx, conditions);
  for (const [n, { ids }] of guards.entries())
    if ([...ids].sort().join() !== [...(found[n] ?? [])].sort().join()) throw refuse('transient', CONDITION_CHANGED);
}

function resultOf({ at, method }: PlannedWrite, outcome: WriteOutcome | undefined): WriteResult {
  if (outcome === undefined) throw new Error('a write was not answered');
  if (outcome.kind !== 'conflict') return { at, kind: outcome.kind, version: outcome.version };
  if (method === 'POST') throw refuse('conflict', 'the id of the new resource is taken: try again');
  throw refuse('conflict', 'another version of this resource is current', { status: 412 });
}

async function naming<T>(at: number, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw thrown instanceof Refusal ? refusalAt(thrown, `Bundle.entry[${at}]`) : thrown;
  }
}
