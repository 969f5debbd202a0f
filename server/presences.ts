// Which services are there, seen from this process.
import type { Presence } from '@polyclinic/gateway/service.ts';
import { presenceDoor } from '@polyclinic/rpc';
import { platformCaller, type Reach } from './reach.ts';

/** Asked again at most this often, however many ask for the catalog. */
const FRESH_MS = 1_000;

export function createPresences(
  all: readonly string[],
  here: readonly string[],
  reach: Reach,
): () => Promise<readonly Presence[]> {
  const caller = platformCaller('catalog');
  const look = (): Promise<Presence[]> =>
    Promise.all(
      all.map(async (service): Promise<Presence> => {
        if (here.includes(service)) return { service, where: 'here', healthy: true };
        // Not being reached is an answer here, not a failure.
        const healthy = await reach(service)
          .call(caller, presenceDoor(service), {})
          .then(
            (answer) => answer.healthy,
            () => false,
          );
        return { service, where: 'elsewhere', healthy };
      }),
    );
  let seen: { readonly at: number; readonly presences: Promise<Presence[]> } | null = null;
  return () => {
    if (seen === null || performance.now() - seen.at > FRESH_MS) seen = { at: performance.now(), presences: look() };
    return seen.presences;
  };
}
