// A process's way to record accesses: appended to its spool, delivered behind its back, refused when there is no room.
import { existsSync, utimesSync } from 'node:fs';
import { type Refusal, refuse } from '@polyclinic/kit';
import { type Access, accessLine } from './access.ts';
import { type Delivery, drainFile, orphansIn, positionOf, removeDrained } from './drain.ts';
import { createPace } from './pace.ts';
import { openSpool } from './spool.ts';

export interface AccessTrailOptions {
  readonly folder: string;
  /** A name that was never used before. */
  readonly newName: () => string;
  readonly now: () => Date;
  readonly deliver: Delivery;
  readonly onTrouble: (error: unknown) => void;
  /** Whether no other process uses the folder yet: what is there was left by the dead, and is delivered at once. */
  readonly alone?: boolean;
  /** Undelivered bytes at which nothing more is answered that would have to be recorded. */
  readonly mostBytes?: number;
  /** Waits between looks: tests make them short. */
  readonly pauseMs?: { readonly idle: number; readonly failed: number; readonly orphans: number };
}

export interface AccessTrail {
  record(access: Access): void;
  /** Why nothing may be answered now; null while there is room. What can't be recorded must not happen. */
  refusal(): Refusal | null;
  /** Of all room how much is taken: what anybody may cause stops being recorded long before it is full. */
  fullness(): number;
  /** Everything recorded is on disk when it resolves, though not all of it delivered. */
  close(): Promise<void>;
}

// At some 200 bytes a line, two and a half million accesses that the audit service has not taken yet.
const MOST_BYTES = 512 * 1024 * 1024;
const PAUSES = { idle: 250, failed: 2_000, orphans: 5_000 };
/** A living process touches its file this often, and is believed dead after six silences. */
const ALIVE_EVERY_MS = 5_000;
const DEAD_AFTER_MS = 30_000;
/** How long closing waits for a delivery under way. */
const LAST_DELIVERY_MS = 2_000;
/** Delivery yields to whoever asks, but not for ever: where room gets scarce it takes half of the time, then all. */
const SCARCE = { half: 0.25, all: 0.5 };

export function openAccessTrail(options: AccessTrailOptions): AccessTrail {
  const { folder, now, deliver, onTrouble, mostBytes = MOST_BYTES } = options;
  const pauses = options.pauseMs ?? PAUSES;
  const left = [...(options.alone === true ? orphansIn(folder, new Set(), Number.POSITIVE_INFINITY) : [])];
  const spool = openSpool({ folder, newName: options.newName, onTrouble });
  const stopping = new AbortController();
  const delivered = new Map<string, number>();
  const pace = createPace();
  let orphansLookedAt = 0;

  const waiting = (): number => spool.files.reduce((sum, { name, size }) => sum + size - (delivered.get(name) ?? 0), 0);
  const fullness = () => waiting() / mostBytes;

  /** @returns whether there may be more at once */
  async function step(): Promise<boolean> {
    let more = false;
    for (const file of [...spool.files]) {
      if (file.size === (delivered.get(file.name) ?? 0) && file === spool.files.at(-1)) continue;
      const { lines, position } = await drainFile(file.name, file.path, deliver);
      delivered.set(file.name, position);
      if (lines > 0 && position < file.size) more = true;
      if (position === file.size && file !== spool.files.at(-1)) {
        removeDrained(file.path);
        spool.forget(file);
        delivered.delete(file.name);
      }
      if (lines > 0) return more || spool.files.length > 1;
    }
    return adopt();
  }

  async function adopt(): Promise<boolean> {
    const time = now().getTime();
    if (time - orphansLookedAt < pauses.orphans) return false;
    const own = new Set(spool.files.map(({ name }) => name));
    const orphan = left[0] ?? orphansIn(folder, own, time - DEAD_AFTER_MS)[0];
    if (orphan === undefined) {
      orphansLookedAt = time;
      return false;
    }
    // Another process may have brought it home meanwhile.
    if (!existsSync(orphan.path)) return left.shift() !== undefined;
    const before = positionOf(orphan.path);
    const { lines, position } = await drainFile(orphan.name, orphan.path, deliver);
    if (lines > 0 || position !== before) return true;
    // What is left without its line break was never answered.
    removeDrained(orphan.path);
    if (orphan === left[0]) left.shift();
    return true;
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const began = performance.now();
      let rest = pauses.idle;
      try {
        if (await step()) {
          const worked = performance.now() - began;
          const full = fullness();
          rest = full > SCARCE.all ? 0 : full > SCARCE.half ? worked : pace(worked);
        }
      } catch (error) {
        onTrouble(error);
        rest = pauses.failed;
      }
      await pause(rest, stopping.signal);
    }
  }

  const alive = setInterval(() => {
    const current = spool.files.at(-1);
    const time = now();
    try {
      if (current !== undefined) utimesSync(current.path, time, time);
    } catch (error) {
      onTrouble(error);
    }
  }, ALIVE_EVERY_MS);
  alive.unref();
  const running = run();

  return {
    record: (access) => spool.append(accessLine(access)),
    refusal: () =>
      spool.isFailing || waiting() >= mostBytes
        ? refuse('transient', 'Accesses can not be recorded at the moment, so nothing is shown; try again later.')
        : null,
    fullness,
    async close() {
      clearInterval(alive);
      spool.close();
      stopping.abort();
      // A delivery that takes longer is done again by the next start.
      await Promise.race([running, pause(LAST_DELIVERY_MS, new AbortController().signal)]);
    },
  };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    timer.unref();
    function done() {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
    if (signal.aborted) done();
  });
}
