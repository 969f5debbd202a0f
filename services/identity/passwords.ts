// Password hashing with argon2id, a few at a time: each takes 19 MB and tens of milliseconds, so a flood of sign-ins
// waits in a short line or is sent away instead of taking the machine down.
// Cost: https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html#argon2id
import { hash, verify } from '@node-rs/argon2';
import { refuse } from '@polyclinic/kit';

export interface Passwords {
  hash(password: string): Promise<string>;
  /** Takes as long for an account that does not exist (null) as for one that does. */
  matches(kept: string | null, password: string): Promise<boolean>;
}

// Algorithm 2 is argon2id; the package's enum exists in its types only.
const COST = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** At once: two keep a small machine's cores free for everybody else. */
const AT_ONCE = 2;
/** In line: at some 40 ms each, the last waits about a second. */
const IN_LINE = 50;
/** More is no password but an attack on the hash. */
export const LONGEST_PASSWORD_BYTES = 1024;

export function createPasswords({ atOnce = AT_ONCE, inLine = IN_LINE } = {}): Passwords {
  const turn = inTurn(atOnce, inLine);
  let nobody: Promise<string> | null = null;
  return {
    hash: (password) => turn(() => hash(password, COST)),
    async matches(kept, password) {
      // The stand-in has the same cost, so the time does not tell who exists.
      nobody ??= hash('nobody signs in with this', COST);
      const against = kept ?? (await nobody);
      const same = await turn(() => verify(against, password));
      return same && kept !== null;
    },
  };
}

function inTurn(atOnce: number, inLine: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let busy = 0;
  return async (work) => {
    if (busy >= atOnce) {
      if (waiting.length >= inLine) throw refuse('transient', 'Too many people are signing in at this moment.');
      await new Promise<void>((resolve) => waiting.push(resolve));
    } else busy += 1;
    try {
      return await work();
    } finally {
      // The place goes straight to the next in line, so `busy` stays; nobody else can slip in between.
      const next = waiting.shift();
      if (next === undefined) busy -= 1;
      else next();
    }
  };
}
