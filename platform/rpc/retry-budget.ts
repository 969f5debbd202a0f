// Repeating calls helps against a hiccup and hurts in an outage: repeats are paid for by the calls that were made.

/** Saved up at most, so that a quiet hour does not pay for a storm; also what a new client starts with. */
const MOST = 10;

export interface RetryBudget {
  asked(): void;
  /** Whether one more repeat is paid for; takes the price. */
  allows(): boolean;
}

export function createRetryBudget(share: number): RetryBudget {
  let saved = MOST;
  return {
    asked: () => {
      saved = Math.min(MOST, saved + share);
    },
    allows: () => {
      if (saved < 1) return false;
      saved -= 1;
      return true;
    },
  };
}
