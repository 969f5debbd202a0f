// Tokens that ended before their time. Signed tokens are never looked up, so every verifier follows this short list.

/** Something whose tokens are no longer good. */
export interface Revocation {
  /** One token by its id, all tokens of a grant, or all tokens of a subject issued until `at`. */
  readonly kind: 'token' | 'grant' | 'subject';
  readonly id: string;
  /** Seconds since 1970. */
  readonly at: number;
}

export interface RevocationPage {
  readonly revocations: readonly Revocation[];
  /** Where to go on: opaque. */
  readonly position: string;
}

export interface RevocationList {
  isRevoked(token: {
    readonly id: string;
    readonly grant: string | null;
    readonly subject: string;
    readonly issuedAt: number;
  }): boolean;
  /** Whether the list is recent enough to be trusted. */
  isCurrent(): boolean;
  /** Asks once, now. */
  refresh(): Promise<void>;
  close(): void;
}

/** No token outlives this, so neither need its revocation be remembered longer: an hour and some leeway. */
const REMEMBERED_MS = 65 * 60_000;

/**
 * Follows the revocations of the identity service.
 * @param revokedSince what was added after a position; '' from the start
 * @param options.pollMs how long a revoked token may still work: 2 s
 * @param options.staleAfterMs how long without an answer until nothing is trusted any more: 60 s
 */
export function followRevocations(
  revokedSince: (position: string) => Promise<RevocationPage>,
  now: () => Date,
  options: { readonly pollMs?: number; readonly staleAfterMs?: number } = {},
): RevocationList {
  const { pollMs = 2_000, staleAfterMs = 60_000 } = options;
  const revoked = {
    token: new Map<string, number>(),
    grant: new Map<string, number>(),
    subject: new Map<string, number>(),
  };
  let position = '';
  let answeredAt = Number.NEGATIVE_INFINITY;
  let asking: Promise<void> | null = null;

  const ask = async () => {
    const page = await revokedSince(position);
    for (const { kind, id, at } of page.revocations) revoked[kind].set(id, Math.max(at, revoked[kind].get(id) ?? 0));
    position = page.position;
    answeredAt = now().getTime();
    const oldest = (answeredAt - REMEMBERED_MS) / 1000;
    for (const list of Object.values(revoked)) for (const [id, at] of list) if (at < oldest) list.delete(id);
  };
  const refresh = () => {
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  };
  // A failed poll changes nothing but the age of the list; `isCurrent` is where that shows, and closes the door.
  const timer = setInterval(() => void refresh().catch(() => {}), pollMs);
  timer.unref();

  return {
    isRevoked({ id, grant, subject, issuedAt }) {
      if (revoked.token.has(id) || (grant !== null && revoked.grant.has(grant))) return true;
      const at = revoked.subject.get(subject);
      return at !== undefined && issuedAt <= at;
    },
    isCurrent: () => now().getTime() - answeredAt <= staleAfterMs,
    refresh,
    close: () => clearInterval(timer),
  };
}
