// What identity tells whoever keeps a record of sign-ins.
import type { Account } from './store.ts';

export interface SignInEvent {
  readonly kind: 'signed-in' | 'wrong' | 'throttled';
  /** Who it was; null where nobody proved to be anybody, so that a mistyped name is written down nowhere. */
  readonly account: Account | null;
  /** The client that asked for somebody. */
  readonly client: string;
  readonly address: string;
}
