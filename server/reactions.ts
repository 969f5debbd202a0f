// Sets the services' reactions going: each follows the log of the service that publishes its event.
import type { EventDeclaration, LogEntry, ServiceDeclaration, Subject } from '@polyclinic/kit';
import type { Pool } from '@polyclinic/postgres';
import { type Records, type RunningReader, runReader } from '@polyclinic/records';
import { declaredCall, tailDoor } from '@polyclinic/rpc';
import type { Log, Metrics } from '@polyclinic/telemetry';
import { platformCaller, type Reach } from './reach.ts';

export interface ReactionParts {
  readonly here: readonly ServiceDeclaration[];
  readonly records: Records;
  readonly pool: Pool;
  readonly reach: Reach;
  readonly now: () => Date;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** Whether the log entry is what the event announces. */
export const announces = (event: EventDeclaration, entry: LogEntry): boolean =>
  entry.type === event.resource && event.operations.includes(entry.operation);

export function startReactions(parts: ReactionParts): { stop(): Promise<void> } {
  const readers = parts.here.flatMap((service) => service.reacts.map((reaction) => start(parts, service, reaction)));
  return {
    stop: async () => {
      await Promise.all(readers.map((reader) => reader.stop()));
    },
  };
}

function start(
  { here, records, pool, reach, now, log, metrics }: ReactionParts,
  service: ServiceDeclaration,
  { event, reader, handle }: ServiceDeclaration['reacts'][number],
): RunningReader {
  const isHere = here.some(({ name }) => name === event.service);
  const asker = platformCaller(service.name);
  return runReader({
    ...{ pool, schema: service.name, reader, source: event.service },
    tail: isHere
      ? records.tail
      : (source, after, limit) => reach(source).call(asker, tailDoor(source), { after, limit }),
    wants: (entry) => announces(event, entry),
    handle: (entry) => {
      const subject: Subject = { ...asker.subject, clinic: entry.clinic };
      const caller = { subject, requestId: `${reader}-${entry.seq}` };
      return handle({ ...caller, now, call: declaredCall(service, caller, reach) }, entry);
    },
    onTrouble: (error, entry, parked) => {
      log.error(parked ? 'a log entry was set aside' : 'a reader stumbled', {
        reader,
        error,
        ...(entry && { seq: entry.seq }),
      });
      if (parked) metrics.readerParked(reader);
    },
  });
}
