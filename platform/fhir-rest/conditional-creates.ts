// Conditional creates that arrive together share one database transaction: a batch of hundreds costs a few round trips.
// Many may ask for the same at once: whoever holds the lock of the criteria looks and creates, the others find it.
import { type Refusal, refuse } from '@polyclinic/kit';
import type { Records, WriteItem, WriteOutcome } from '@polyclinic/records';
import { idsMeeting, type ReadCondition } from './condition.ts';

export interface ConditionalCreate {
  readonly condition: ReadCondition;
  readonly item: WriteItem;
}

export type ConditionalOutcome =
  | { readonly kind: 'found'; readonly id: string }
  | { readonly kind: 'written'; readonly outcome: WriteOutcome };

/** Resolves when the create is committed or its match is found. @throws Refusal 412 when several match */
export type CreateUnlessFound = (create: ConditionalCreate) => Promise<ConditionalOutcome>;

interface Waiting extends ConditionalCreate {
  readonly settle: (outcome: ConditionalOutcome | Refusal) => void;
  readonly fail: (error: unknown) => void;
}

/** Locks of one round are held together, so a round stays short. */
const MOST_AT_ONCE = 100;

export function gatherConditionalCreates(records: Pick<Records, 'transaction'>): CreateUnlessFound {
  let queue: Waiting[] = [];
  let running = false;

  async function work(): Promise<void> {
    running = true;
    while (queue.length > 0) await round(takeRound());
    running = false;
  }

  /** Of those with the same lock one goes now; the others will find what it made. */
  function takeRound(): Waiting[] {
    const locks = new Set<string>();
    const now: Waiting[] = [];
    const later: Waiting[] = [];
    for (const one of queue)
      if (now.length < MOST_AT_ONCE && !locks.has(one.condition.lock)) {
        locks.add(one.condition.lock);
        now.push(one);
      } else later.push(one);
    queue = later;
    return now;
  }

  async function round(creates: readonly Waiting[]): Promise<void> {
    try {
      const outcomes = await together(records, creates);
      creates.forEach((create, n) => {
        create.settle(outcomes[n] as ConditionalOutcome | Refusal);
      });
    } catch (error) {
      // One that can't be written must not fail its neighbours: everything was rolled back, each tries alone.
      if (creates.length === 1) creates[0]?.fail(error);
      else for (const create of creates) await round([create]);
    }
  }

  return (create) =>
    new Promise((resolve, reject) => {
      const settle: Waiting['settle'] = (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome));
      queue.push({ ...create, settle, fail: reject });
      // Not at once: what was asked in the same turn goes together.
      if (!running) {
        running = true;
        setImmediate(() => void work());
      }
    });
}

function together(
  records: Pick<Records, 'transaction'>,
  creates: readonly ConditionalCreate[],
): Promise<readonly (ConditionalOutcome | Refusal)[]> {
  return records.transaction(async (tx) => {
    const conditions = creates.map(({ condition }) => condition);
    await tx.lock(conditions.map(({ lock }) => lock));
    const found = await idsMeeting(tx, conditions);
    const missing = creates.flatMap(({ item }, n) => (found[n]?.length === 0 ? [item] : []));
    const written = missing.length === 0 ? [] : await tx.write(missing);
    let next = 0;
    return creates.map((_, n) => {
      const [id, another] = found[n] ?? [];
      if (another !== undefined) return refuse('multiple-matches', 'If-None-Exist matches more than one resource');
      if (id !== undefined) return { kind: 'found', id };
      return { kind: 'written', outcome: written[next++] as WriteOutcome };
    });
  });
}
