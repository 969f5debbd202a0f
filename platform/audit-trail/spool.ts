// Lines that must not be lost, appended to files of one process: written before the turn of the event loop ends, on the
// disk itself within SYNC_EVERY_MS. So a killed process loses nothing it answered in earlier turns, a power cut at most
// that much.
import { closeSync, fdatasync, fdatasyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface SpoolOptions {
  readonly folder: string;
  /** A name that was never used before, for each file. */
  readonly newName: () => string;
  readonly onTrouble: (error: unknown) => void;
}

export interface Spool {
  append(line: string): void;
  /** Whether the last attempt to write or sync failed: what is appended meanwhile stays in memory. */
  readonly isFailing: boolean;
  /** The files of this process, oldest first; the last one is still written to. */
  readonly files: readonly SpoolFile[];
  /** Forgets files that were delivered and deleted. */
  forget(file: SpoolFile): void;
  /** Everything is on the disk when it returns. */
  close(): void;
}

export interface SpoolFile {
  readonly name: string;
  readonly path: string;
  /** Bytes written so far. */
  size: number;
}

export const SPOOL_ENDING = '.spool';
/** How long an answered access may be in the system's memory only. */
export const SYNC_EVERY_MS = 100;
/** A file that is delivered whole is deleted whole. */
const LARGEST_FILE = 16 * 1024 * 1024;
const RETRY_MS = 1_000;

export function openSpool({ folder, newName, onTrouble }: SpoolOptions): Spool {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const files: SpoolFile[] = [];
  let descriptor = -1;
  let pending: string[] = [];
  let unwritten: Buffer | null = null;
  let scheduled = false;
  let dirty = false;
  let syncing = false;
  let isFailing = false;

  function openNext(): void {
    const name = newName();
    const path = join(folder, name + SPOOL_ENDING);
    // wx: a name that exists would mix two processes' lines.
    descriptor = openSync(path, 'wx', 0o600);
    files.push({ name, path, size: 0 });
  }

  function writeOut(): void {
    scheduled = false;
    try {
      if (pending.length > 0) {
        const text = Buffer.from(`${pending.join('\n')}\n`);
        pending = [];
        unwritten = unwritten === null ? text : Buffer.concat([unwritten, text]);
      }
      if (unwritten === null) return;
      const current = files.at(-1);
      if (descriptor < 0 || current === undefined || (current.size > LARGEST_FILE && !isFailing)) {
        if (descriptor >= 0) closeWritten();
        openNext();
      }
      const file = files.at(-1) as SpoolFile;
      while (unwritten.length > 0) {
        const written = writeSync(descriptor, unwritten);
        file.size += written;
        unwritten = unwritten.subarray(written);
      }
      unwritten = null;
      dirty = true;
      isFailing = false;
    } catch (error) {
      fail(error);
    }
  }

  function fail(error: unknown): void {
    isFailing = true;
    onTrouble(error);
    if (scheduled) return;
    scheduled = true;
    setTimeout(writeOut, RETRY_MS).unref();
  }

  function closeWritten(): void {
    fdatasyncSync(descriptor);
    closeSync(descriptor);
    descriptor = -1;
    dirty = false;
  }

  const timer = setInterval(() => {
    if (!dirty || syncing || descriptor < 0) return;
    dirty = false;
    syncing = true;
    fdatasync(descriptor, (error) => {
      syncing = false;
      // A file that was closed meanwhile was synced on closing.
      if (error !== null && error.code !== 'EBADF') fail(error);
    });
  }, SYNC_EVERY_MS);
  timer.unref();

  return {
    append(line) {
      pending.push(line);
      if (scheduled) return;
      scheduled = true;
      setImmediate(writeOut);
    },
    get isFailing() {
      return isFailing;
    },
    files,
    forget: (file) => void files.splice(files.indexOf(file), 1),
    close() {
      clearInterval(timer);
      writeOut();
      if (descriptor >= 0) closeWritten();
    },
  };
}
