// The version log over the wire: a reader in another process follows a service's changes page by page.
import { setTimeout as pause } from 'node:timers/promises';
import {
  integer,
  type LogEntry,
  list,
  type Offer,
  object,
  offer,
  oneOf,
  operation,
  optional,
  text,
} from '@polyclinic/kit';

/** How long a request for more waits at the service before it comes back empty. */
const WAIT_MS = 2_000;
const LOOK_EVERY_MS = 100;

export interface TailPage {
  readonly entries: readonly LogEntry[];
  readonly position: string;
}

/** The operation by which `service` lets others follow its log. */
export const tailDoor = (service: string) =>
  operation({
    service,
    name: 'tail',
    about: 'Committed changes after a position, oldest first; waits a little when there are none yet.',
    input: object({
      after: text('where the last page ended; empty from the start'),
      limit: integer('', { min: 1, max: 1_000 }),
    }),
    output: object({
      entries: list(
        object({
          seq: text(),
          clinic: integer('', { min: 0 }),
          type: text(),
          id: text(),
          version: integer('', { min: 1 }),
          operation: oneOf(['create', 'update', 'delete']),
          at: text(),
          author: text(),
          content: optional(text()),
        }),
      ),
      position: text(),
    }),
    permission: 'polyclinic:log:read',
    idempotent: true,
    deadlineMs: WAIT_MS + 8_000,
  });

export function offerTail(service: string, tail: (after: string, limit: number) => Promise<TailPage>): Offer {
  return offer(tailDoor(service), async (_, { after, limit }) => {
    for (let waitedMs = 0; ; waitedMs += LOOK_EVERY_MS) {
      const page = await tail(after, limit);
      if (page.entries.length > 0 || waitedMs >= WAIT_MS) return page as { entries: LogEntry[]; position: string };
      await pause(LOOK_EVERY_MS);
    }
  });
}
