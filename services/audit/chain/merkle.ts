// The root of a Merkle tree over hashes, as in https://www.rfc-editor.org/rfc/rfc6962#section-2.1
import { hash } from 'node:crypto';

const sha256 = (bytes: Buffer): Buffer => hash('sha256', bytes, 'buffer');
const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

/** @param leaves in hex; at least one */
export function merkleRoot(leaves: readonly string[]): string {
  let level = leaves.map((leaf) => sha256(Buffer.concat([LEAF, Buffer.from(leaf, 'hex')])));
  while (level.length > 1) {
    const above: Buffer[] = [];
    for (let at = 0; at < level.length; at += 2) {
      const [left, right] = [level[at] as Buffer, level[at + 1]];
      // The odd one out goes up as it is.
      above.push(right === undefined ? left : sha256(Buffer.concat([NODE, left, right])));
    }
    level = above;
  }
  return (level[0] as Buffer).toString('hex');
}
