// When signing keys begin, sign and end: a new one is published before it signs, an old one after it signed, so that
// whoever verifies tokens always knows the key: https://openid.net/specs/openid-connect-core-1_0.html#RotateSigningKeys

const HOUR_MS = 3_600_000;
/** How long a key signs. */
const SIGNS_MS = 90 * 24 * HOUR_MS;
/** Published before it signs: longer than verifiers keep a key set, and than our own processes take to notice. */
const AHEAD_MS = 2 * HOUR_MS;
/** Published after it signed: longer than any token lives. */
const AFTER_MS = 2 * HOUR_MS;

export interface KeyAge {
  readonly algorithm: string;
  readonly generation: number;
  readonly createdAt: Date;
}

export interface KeyPlan<K extends KeyAge> {
  /** For each algorithm the one that signs, then those that are only published. */
  readonly published: readonly K[];
  /** Nobody needs them any more. */
  readonly retired: readonly K[];
  /** Algorithms whose next key is due, with its generation. */
  readonly due: readonly { readonly algorithm: string; readonly generation: number }[];
}

export function planKeys<K extends KeyAge>(keys: readonly K[], algorithms: readonly string[], now: Date): KeyPlan<K> {
  const plans = algorithms.map((algorithm) => {
    const newestFirst = keys.filter((key) => key.algorithm === algorithm).sort((a, b) => b.generation - a.generation);
    const [newest] = newestFirst;
    if (newest === undefined) return { published: [], retired: [], due: [{ algorithm, generation: 1 }] };
    const age = (key: K) => now.getTime() - key.createdAt.getTime();
    // The very first signs at once: there is none to wait with.
    const signing = newestFirst.find((key) => age(key) >= AHEAD_MS) ?? newestFirst.at(-1) ?? newest;
    const older = newestFirst.filter(({ generation }) => generation < signing.generation);
    // Since the signing key signs, that is since its own wait was over, the older ones sign nothing.
    const retired = age(signing) >= AHEAD_MS + AFTER_MS ? older : [];
    return {
      published: [signing, ...newestFirst.filter((key) => key !== signing && !retired.includes(key))],
      retired,
      due: age(newest) >= SIGNS_MS ? [{ algorithm, generation: newest.generation + 1 }] : [],
    };
  });
  return {
    published: plans.flatMap(({ published }) => published),
    retired: plans.flatMap(({ retired }) => retired),
    due: plans.flatMap(({ due }) => due),
  };
}
