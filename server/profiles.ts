// What carries the platform in each profile: the same services on other machinery.
import type { Config } from './config.ts';

export interface Profile {
  readonly postgres: string;
  readonly rpc: string;
  /** Starts everything and returns when it was told to stop. */
  run(config: Config, say: (line: string) => void): Promise<void>;
}

/** Loaded when chosen: a supervisor needs none of what a service process is made of. */
export const PROFILES: Readonly<Record<Config['profile'], Profile>> = {
  embedded: {
    postgres: 'our own server in the data folder, or any by DATABASE_URL',
    rpc: 'in process',
    run: async (...given) => (await import('./supervisor.ts')).supervise(...given),
  },
  distributed: {
    postgres: 'any server by DATABASE_URL, one schema and role per service',
    rpc: 'gRPC over HTTP/2',
    run: async (...given) => (await import('./single.ts')).runSingle(...given),
  },
};
