// Ids that grow with time, so that new rows lie beside each other in every index. https://www.rfc-editor.org/rfc/rfc9562#section-5.7
import { randomFillSync } from 'node:crypto';

/** A generator of UUIDv7; its ids also grow within one millisecond. */
export function createUuid7(now: () => Date): () => string {
  const random = Buffer.alloc(16 * 256);
  let used = random.length;
  let last = 0;
  let counter = 0;
  return () => {
    if (used === random.length) {
      randomFillSync(random);
      used = 0;
    }
    const at = now().getTime();
    // A clock that stands still or goes back: count on from where we were. 12 bits, then the next millisecond.
    if (at > last) [last, counter] = [at, random.readUInt16BE(used) & 0x7ff];
    else if (counter < 0xfff) counter += 1;
    else [last, counter] = [last + 1, 0];
    const time = last.toString(16).padStart(12, '0');
    const tail = random.subarray(used + 2, used + 10);
    tail[0] = (tail[0]! & 0x3f) | 0x80;
    const rest = tail.toString('hex');
    used += 16;
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counter.toString(16).padStart(3, '0')}-${rest.slice(0, 4)}-${rest.slice(4)}`;
  };
}
