// What a workload is, and how autocannon drives it: closed loop, fixed connections, every failure counted.
import autocannon from 'autocannon';
import type { Program } from './programs.ts';

export interface Outcome {
  readonly name: string;
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
  readonly failures: number;
  /** Requests or resources per second of the reference system on this machine, 0 where none was measured. */
  readonly reference: number;
  readonly unit: 'requests' | 'resources' | 'MB';
  /** CPU milliseconds per 1,000 requests, of the program and of its PostgreSQL. */
  readonly cpu?: { readonly program: number; readonly postgres: number };
  readonly walBytesPerRequest?: number;
}

export interface RunOptions {
  readonly seconds: number;
  readonly connections: number;
}

export interface Workload {
  readonly name: string;
  run(program: Program, options: RunOptions): Promise<Outcome>;
}

export type Step = autocannon.Request;

/** A workload whose every connection repeats `steps`; `context` is per connection. */
export function repeat(name: string, reference: number, steps: (program: Program) => Step[]): Workload {
  return {
    name,
    run: async (program, options) => {
      const requests = steps(program);
      await drive(program, requests, { ...options, seconds: 1 });
      const [cpuBefore, walBefore] = [program.cpuMs(), await program.walBytes()];
      const result = await drive(program, requests, options);
      const [cpuAfter, walAfter] = [program.cpuMs(), await program.walBytes()];
      const answered = result.requests.total;
      const outcome: Outcome = {
        name,
        reference,
        unit: 'requests',
        perSecond: Math.round(answered / result.duration),
        p50: result.latency.p50,
        p99: result.latency.p99,
        failures: result.non2xx + result.errors + result.timeouts,
        cpu: {
          program: Math.round(((cpuAfter.program - cpuBefore.program) * 1_000) / answered),
          postgres: Math.round(((cpuAfter.postgres - cpuBefore.postgres) * 1_000) / answered),
        },
        walBytesPerRequest: Math.round((walAfter - walBefore) / answered),
      };
      console.log(
        `${name}: ${outcome.perSecond}/s, p50 ${outcome.p50} ms, p99 ${outcome.p99} ms, ${outcome.failures} failed`,
      );
      return outcome;
    },
  };
}

function drive(program: Program, requests: Step[], options: RunOptions): Promise<autocannon.Result> {
  return autocannon({
    url: program.url,
    connections: options.connections,
    duration: options.seconds,
    timeout: 30,
    headers: program.headers,
    requests,
  });
}

/** Numbers from `from` on, `step` apart: every call gives the next. */
export function counter(from: number, step: number): () => number {
  let n = from - step;
  return () => {
    n += step;
    return n;
  };
}
