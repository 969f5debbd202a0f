// A clock that stands still until a test moves it.

export interface FixedClock {
  readonly now: () => Date;
  /** Moves the clock on, or back where negative. */
  advance(ms: number): void;
  set(instant: string): void;
}

export function withFixedClock(instant = '2026-03-02T09:00:00.000Z'): FixedClock {
  let at = new Date(instant).getTime();
  return {
    now: () => new Date(at),
    advance: (ms) => {
      at += ms;
    },
    set: (to) => {
      at = new Date(to).getTime();
    },
  };
}
