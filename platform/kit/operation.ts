// What a service offers and what it needs from others. A contract declares operations; a service implements them.
import type { Schema } from './schema.ts';
import type { Subject } from './subject.ts';

/** A declared operation. `name` is a verb phrase in lowerCamelCase, unique within its service. */
export interface Operation<I, O> {
  readonly kind: 'operation';
  readonly service: string;
  readonly name: string;
  /** One sentence for the reference pages. */
  readonly about: string;
  readonly input: Schema<I>;
  readonly output: Schema<O>;
  /** The permission a subject needs, or 'by-resource' where the access decision is made per FHIR interaction. */
  readonly permission: string;
  /** True when calling it twice is the same as once: only then may a caller retry. */
  readonly idempotent: boolean;
  /** The longest a caller waits, in milliseconds. */
  readonly deadlineMs: number;
}

export function operation<I, O>(declared: {
  service: string;
  name: string;
  about: string;
  input: Schema<I>;
  output: Schema<O>;
  permission: string;
  idempotent?: boolean;
  deadlineMs?: number;
}): Operation<I, O> {
  return { kind: 'operation', idempotent: false, deadlineMs: 5_000, ...declared };
}

/** What every handler is given as its first argument. */
export interface Context {
  readonly subject: Subject;
  /** Calls a declared operation of another service. Undeclared calls are refused. */
  readonly call: Call;
  readonly now: () => Date;
  /** Correlates log lines of one request. */
  readonly requestId: string;
}

export type Call = <I, O>(operation: Operation<I, O>, input: I) => Promise<O>;
export type Handler<I, O> = (context: Context, input: I) => Promise<O>;

/** An operation together with what carries it out. */
export interface Offer {
  readonly operation: Operation<unknown, unknown>;
  readonly handle: Handler<unknown, unknown>;
}

export function offer<I, O>(declared: Operation<I, O>, handle: Handler<I, O>): Offer {
  return { operation: declared as Operation<unknown, unknown>, handle: handle as Handler<unknown, unknown> };
}
