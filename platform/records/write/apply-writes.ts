// Takes writes of one store from expectation to outcome: decide, write, and decide anew what lost a race.
import { refuse } from '@polyclinic/kit';
import type { Sql } from '@polyclinic/postgres';
import { type CompartmentOf, readLatest } from '../read/read-latest.ts';
import type { Store } from '../stores.ts';
import type { WriteItem, WriteOutcome } from '../types.ts';
import { decide, type Head } from './decide.ts';
import { type HeadMemory, keyText, readHeads } from './heads.ts';
import { type PlannedWrite, planWrite, writtenVersion } from './planned-write.ts';

export interface ApplyWrites {
  readonly sql: Sql;
  readonly store: Store;
  readonly memory: HeadMemory;
  readonly now: () => Date;
  /** Writes what was planned; an Error in a place refuses that item alone. */
  readonly write: (planned: readonly PlannedWrite[]) => Promise<readonly (string | null | Error)[]>;
  /** Called once per item, as soon as its outcome is known. */
  readonly settle: (item: number, outcome: WriteOutcome | Error) => void;
}

// Each lost race was won by somebody else, so this many in a row on one key are a storm.
const LOSSES = 20;

/** Applies the items; those of one key in their order. */
export async function applyWrites(work: ApplyWrites, items: readonly WriteItem[]): Promise<void> {
  const { sql, store, memory, settle } = work;
  /** Per key, the items still open. */
  const open = new Map<string, number[]>();
  items.forEach((item, n) => {
    const key = keyText(item.key);
    const others = open.get(key);
    if (others === undefined) open.set(key, [n]);
    else others.push(n);
  });
  // A head read from the database in this round settles everything; a guess or a memory may only let a write try.
  let certain = new Map<string, Head | null>();
  const losses = new Map<string, number>();
  while (open.size > 0) {
    const planned: { readonly n: number; readonly write: PlannedWrite }[] = [];
    const toRead: string[] = [];
    const gone: number[] = [];
    for (const [key, left] of open) {
      const read = certain.get(key);
      const head = read !== undefined ? read : (memory.get(key) ?? guess(items[left[0] as number] as WriteItem));
      if (head === undefined) {
        toRead.push(key);
        continue;
      }
      while (left.length > 0) {
        const n = left[0] as number;
        const item = items[n] as WriteItem;
        const decision = decide(head, item);
        if (decision.kind === 'write') {
          planned.push({ n, write: planWrite(item, key, head, decision, work.now) });
          break;
        }
        if (read === undefined) {
          toRead.push(key);
          break;
        }
        left.shift();
        if (decision.kind === 'unchanged') gone.push(n);
        else settle(n, { kind: 'conflict', current: head && { version: head.version, deleted: head.deleted } });
      }
      if (left.length === 0) open.delete(key);
    }
    certain = new Map();
    if (planned.length > 0) {
      const seqs = await work.write(planned.map(({ write }) => write));
      planned.forEach(({ n, write }, p) => {
        const seq = seqs[p];
        if (typeof seq === 'string') {
          const head = headOf(write);
          memory.set(write.key, head);
          losses.delete(write.key);
          settle(n, { kind: KINDS[write.operation], version: writtenVersion(write, seq) });
        } else if (seq instanceof Error) settle(n, seq);
        else {
          toRead.push(write.key);
          losses.set(write.key, (losses.get(write.key) ?? 0) + 1);
          return;
        }
        const left = open.get(write.key) as number[];
        left.shift();
        if (left.length === 0) open.delete(write.key);
      });
    }
    await settleUnchanged(work, items, gone);
    for (const [key, lost] of losses) {
      if (lost < LOSSES) continue;
      const stormed = refuse('conflict', 'Others kept changing the same resource; try again.');
      for (const n of open.get(key) ?? []) settle(n, stormed);
      open.delete(key);
      losses.delete(key);
    }
    const keys = toRead.flatMap((key) => items[open.get(key)?.[0] ?? -1]?.key ?? []);
    if (keys.length > 0) {
      certain = await readHeads(sql, store, keys);
      for (const [key, head] of certain) if (head !== null) memory.set(key, head);
    }
  }
}

const KINDS = { c: 'created', u: 'updated', d: 'deleted' } as const;

// Who asks for something new has mostly just made up its id: try, and look only when the log objects.
const guess = ({ expect }: WriteItem): null | undefined => (expect.kind === 'absent' ? null : undefined);

function headOf({ version, operation, fingerprint, at }: PlannedWrite): Head {
  return { version, deleted: operation === 'd', fingerprint, at };
}

async function settleUnchanged(
  { sql, store, settle }: ApplyWrites,
  items: readonly WriteItem[],
  gone: readonly number[],
) {
  if (gone.length === 0) return;
  const requests = gone.map((n) => {
    const { key } = items[n] as WriteItem;
    return { key, visibility: { clinic: key.clinic, patients: null } };
  });
  const versions = await readLatest(sql, store, requests, EVERYTHING);
  gone.forEach((n, g) => {
    const version = versions[g] ?? null;
    // What all clinics share is not this clinic's to delete.
    const own = version !== null && version.clinic === items[n]?.key.clinic ? version : null;
    settle(n, { kind: 'unchanged', version: own });
  });
}

// A writer is told of what it tried to delete itself; who may write was decided before.
const EVERYTHING: CompartmentOf = () => 'outside';
