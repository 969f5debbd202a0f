// Waits for something that another process or a reader of the log brings about: asks often, and gives up by a deadline.
import { setTimeout as pause } from 'node:timers/promises';

/** Resolves with the first value that is true, or otherwise something (not 0, not empty). @throws Error when none came in time */
export async function eventually<T>(
  look: () => T | Promise<T>,
  { withinMs = 10_000, everyMs = 10 }: { withinMs?: number; everyMs?: number } = {},
): Promise<NonNullable<T>> {
  const deadline = performance.now() + withinMs;
  let trouble: unknown;
  do {
    try {
      const seen = await look();
      if (seen) return seen;
      trouble = undefined;
    } catch (error) {
      trouble = error;
    }
    await pause(everyMs);
  } while (performance.now() < deadline);
  throw new Error(`It did not come about within ${withinMs} ms: ${look.toString().slice(0, 200)}`, { cause: trouble });
}
