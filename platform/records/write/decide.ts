// What a write comes to, given what is there: pure, so that a guess, a remembered head and one just read are judged alike.
import type { WriteItem } from '../types.ts';

/** The newest version of a key, without its content. */
export interface Head {
  readonly version: number;
  readonly deleted: boolean;
  /** What it was searched by; 0 for a deletion. */
  readonly fingerprint: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export type Decision =
  | { readonly kind: 'write'; readonly version: number; readonly operation: 'c' | 'u' | 'd' }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'conflict' };

/** @param head null where the key never existed */
export function decide(head: Head | null, { expect, body }: WriteItem): Decision {
  const live = head !== null && !head.deleted;
  if (expect.kind === 'version' && head?.version !== expect.version) return { kind: 'conflict' };
  if (body === null) {
    if (!live) return { kind: 'unchanged' };
    if (expect.kind === 'absent') return { kind: 'conflict' };
    return { kind: 'write', version: head.version + 1, operation: 'd' };
  }
  if (!live) {
    // If-Match on something deleted can't hold: the version it names is gone.
    if (expect.kind === 'version') return { kind: 'conflict' };
    return { kind: 'write', version: (head?.version ?? 0) + 1, operation: 'c' };
  }
  if (expect.kind === 'absent') return { kind: 'conflict' };
  return { kind: 'write', version: head.version + 1, operation: 'u' };
}
