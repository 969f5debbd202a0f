// Brings spooled lines to where they belong, in batches. Where it stands is kept beside each file; a batch that is
// delivered twice after a crash carries the same names and offsets, by which the receiver knows it.
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { SPOOL_ENDING } from './spool.ts';

export interface SpooledLine {
  /** Where it begins in its file: with the file's name unique for ever. */
  readonly offset: number;
  readonly line: string;
}

/** Resolves when the lines are kept for good. */
export type Delivery = (spool: string, lines: readonly SpooledLine[]) => Promise<void>;

const POSITION_ENDING = '.position';
/** Enough lines for one statement, and no more than an answer between processes may carry. */
const MOST_LINES = 500;
const MOST_BYTES = 1024 * 1024;

/** Where the delivery of a file stands. A torn position begins anew, which only repeats. */
export function positionOf(path: string): number {
  try {
    const position = Number(readFileSync(path + POSITION_ENDING, 'utf8'));
    return Number.isSafeInteger(position) && position >= 0 ? position : 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 0;
    throw error;
  }
}

function moveTo(path: string, position: number): void {
  writeFileSync(`${path}${POSITION_ENDING}.new`, String(position), { mode: 0o600 });
  renameSync(`${path}${POSITION_ENDING}.new`, path + POSITION_ENDING);
}

export interface Drained {
  readonly lines: number;
  readonly position: number;
}

/** Delivers the next whole lines of a file after where it stands; `lines` is 0 at its end. */
export async function drainFile(name: string, path: string, deliver: Delivery): Promise<Drained> {
  const from = positionOf(path);
  const lines: SpooledLine[] = [];
  let position = from;
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(MOST_BYTES);
    const { bytesRead } = await file.read(buffer, 0, MOST_BYTES, from);
    const read = buffer.subarray(0, bytesRead);
    for (let at = 0; lines.length < MOST_LINES; ) {
      const end = read.indexOf(0x0a, at);
      if (end < 0) break;
      lines.push({ offset: from + at, line: read.toString('utf8', at, end) });
      at = end + 1;
      position = from + at;
    }
    // No line is as long as that: the rest is skipped, or nothing behind it would ever arrive.
    if (lines.length === 0 && bytesRead === MOST_BYTES) position = from + bytesRead;
  } finally {
    await file.close();
  }
  if (lines.length > 0) await deliver(name, lines);
  if (position !== from) moveTo(path, position);
  return { lines: lines.length, position };
}

export function removeDrained(path: string): void {
  rmSync(path, { force: true });
  rmSync(path + POSITION_ENDING, { force: true });
}

export interface Orphan {
  readonly name: string;
  readonly path: string;
}

/** Files that nobody has written to for so long that their process must be gone. */
export function orphansIn(folder: string, own: ReadonlySet<string>, silentSince: number): readonly Orphan[] {
  if (!existsSync(folder)) return [];
  const orphans: Orphan[] = [];
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith(SPOOL_ENDING)) continue;
    const name = file.slice(0, -SPOOL_ENDING.length);
    const path = join(folder, file);
    if (own.has(name)) continue;
    // Another process may have adopted and removed it in between.
    const known = statSync(path, { throwIfNoEntry: false });
    if (known !== undefined && known.mtimeMs < silentSince) orphans.push({ name, path });
  }
  return orphans;
}
