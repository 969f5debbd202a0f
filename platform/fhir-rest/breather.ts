// Lets other requests in between the pieces of long work, so that one large Bundle does not hold up everybody.
import { setImmediate as turn } from 'node:timers/promises';

/** Longer than this without a pause would be felt by others: a read takes a millisecond. */
const LONGEST_STRETCH_MS = 20;

/** Call the returned function between pieces of work; it pauses when a stretch has become long. */
export function createBreather(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < LONGEST_STRETCH_MS) return undefined;
    return turn().then(() => {
      since = performance.now();
    });
  };
}
