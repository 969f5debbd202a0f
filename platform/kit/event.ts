// What a service tells the others: a name for something that happened, read off its version log.
import type { Context } from './operation.ts';

/** One row of a version log as a reader sees it. `content` is the resource as JSON text, absent for a delete. */
export interface LogEntry {
  readonly seq: string;
  readonly clinic: number;
  readonly type: string;
  readonly id: string;
  readonly version: number;
  readonly operation: 'create' | 'update' | 'delete';
  readonly at: string;
  readonly author: string;
  readonly content?: string;
}

/** A declared event: past tense, published whenever a log entry of `resource` with one of `operations` commits. */
export interface EventDeclaration {
  readonly kind: 'event';
  readonly service: string;
  readonly name: string;
  readonly about: string;
  readonly resource: string;
  readonly operations: readonly LogEntry['operation'][];
}

export function event(declared: Omit<EventDeclaration, 'kind'>): EventDeclaration {
  return { kind: 'event', ...declared };
}

/** What a service does because of an event. Its effect and its position in the log commit together. */
export interface Reaction {
  readonly event: EventDeclaration;
  /** Names the reader's position; renaming it starts over. */
  readonly reader: string;
  readonly handle: (context: Context, entry: LogEntry) => Promise<void>;
}

export function reaction(event: EventDeclaration, reader: string, handle: Reaction['handle']): Reaction {
  return { event, reader, handle };
}
