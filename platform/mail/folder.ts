// Letters into a folder instead of the world: one machine, a demo, a test. Any mail program opens the files.
import { createHash } from 'node:crypto';
import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { writeLetter } from './envelope.ts';
import type { Mail } from './port.ts';

/** @param folder made when missing, readable by its owner only */
export function folderMail({ folder, from }: { readonly folder: string; readonly from: string }): Mail {
  return {
    async send(letter) {
      const bytes = await writeLetter(from, letter);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      // A second attempt at the same letter replaces the first, and half a letter is never seen.
      const name = createHash('sha256').update(letter.id).digest('hex').slice(0, 32);
      const draft = join(folder, `${name}.draft`);
      const file = await open(draft, 'w', 0o600);
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, join(folder, `${name}.eml`));
      await syncFolder(folder);
    },
    close: () => {},
  };
}

// The new name is durable only once the folder is.
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
