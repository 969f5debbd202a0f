// How long work that can wait rests after each step: hardly while nobody else needs the process, long while it is busy.
import { performance } from 'node:perf_hooks';

/** Rest for each millisecond worked, by the share of time this process has been busy since the last step. */
const REST_PER_WORK = (busy: number): number => (busy > 0.4 ? 49 : busy > 0.15 ? 9 : 1);
const LONGEST_REST_MS = 5_000;

/** @returns a function from the milliseconds a step took to the milliseconds to rest before the next */
export function createPace(): (workedMs: number) => number {
  let last = performance.eventLoopUtilization();
  return (workedMs) => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return Math.min(workedMs * REST_PER_WORK(utilization), LONGEST_REST_MS);
  };
}
