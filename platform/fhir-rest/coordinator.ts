// Two-phase commit of a transaction over several owners: all prepare, one decision is written down, all carry it out.
// A participant that hears nothing asks for the decision itself; where none stands, its question makes it a rollback.
import { refuse } from '@polyclinic/kit';
import type { Records } from '@polyclinic/records';
import type { Participant, PlannedPart, WriteResult } from './participant.ts';
import type { DecisionLog } from './parts.ts';

export interface Share {
  readonly participant: Participant;
  readonly part: PlannedPart;
}

export interface CoordinatorParts {
  readonly decisions: DecisionLog;
  readonly newId: () => string;
  /** Told of a participant that could not be reached after the decision; it settles by itself later. */
  readonly onUnreached: (defect: unknown) => void;
}

/**
 * @param shares in the same order for every transaction, so that two of them never wait for each other crosswise
 * @throws Refusal what a participant refused; nothing is written then
 */
export async function coordinate(parts: CoordinatorParts, shares: readonly Share[]): Promise<readonly WriteResult[]> {
  const name = parts.newId();
  const results: WriteResult[] = [];
  const asked: Participant[] = [];
  try {
    for (const { participant, part } of shares) {
      // Asked counts even when it fails: an answer that was lost may hide a part that was prepared.
      asked.push(participant);
      results.push(...(await participant.prepare(name, part)));
    }
  } catch (thrown) {
    await parts.decisions.decide(name, 'rollback');
    await finishAll(parts, asked, name, 'rollback');
    throw thrown;
  }
  const how = await parts.decisions.decide(name, 'commit');
  await finishAll(parts, asked, name, how);
  if (how === 'rollback') throw refuse('transient', 'the transaction took too long and was rolled back; try again');
  return results;
}

async function finishAll(
  parts: CoordinatorParts,
  participants: readonly Participant[],
  name: string,
  how: 'commit' | 'rollback',
): Promise<void> {
  const ends = await Promise.allSettled(participants.map((participant) => participant.finish(name, how)));
  for (const end of ends) if (end.status === 'rejected') parts.onUnreached(end.reason);
}

/** A part that is prepared for longer than its coordinator may take has lost it. */
const LOST_AFTER_MS = 90_000;

/**
 * Brings parts that lost their coordinator to the end that was decided; a rollback where nothing was.
 * Run it at start and now and then. @returns how many were settled
 */
export async function settleInDoubt(
  records: Pick<Records, 'inDoubt' | 'finish'>,
  decisions: DecisionLog,
  lostAfterMs = LOST_AFTER_MS,
): Promise<number> {
  const names = await records.inDoubt(lostAfterMs);
  for (const name of names) await records.finish(name, await decisions.decide(name, 'rollback'));
  return names.length;
}
