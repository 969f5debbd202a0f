// Chance that repeats: the same seed gives the same clinic, byte for byte. Mulberry32, 32 bits of state.

export interface Chance {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number from low to high, both included. */
  between(low: number, high: number): number;
  /** True with probability p. */
  happens(p: number): boolean;
  pick<T>(from: readonly T[]): T;
  /** Around mean, with a spread of sd, rounded to `decimals`. */
  around(mean: number, sd: number, decimals?: number): number;
  /** A chance of its own, so that a change in one place leaves the others as they were. */
  branch(name: string): Chance;
}

export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const chance: Chance = {
    next,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    happens: (p) => next() < p,
    pick: (from) => from[Math.floor(next() * from.length)] as (typeof from)[number],
    around: (mean, sd, decimals = 0) => {
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      const scale = 10 ** decimals;
      return Math.round((mean + sd * normal) * scale) / scale;
    },
    branch: (name) => chanceOf(hash(`${seed}/${name}`)),
  };
  return chance;
}

function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return h >>> 0;
}
