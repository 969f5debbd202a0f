// How one service reaches another, whether it lives in this process or in another one.
import type { Context, Offer, Operation, Subject } from '@polyclinic/kit';

/** On whose behalf a call is made. Travels with it, signed where it leaves the process. */
export interface Caller {
  readonly subject: Subject;
  readonly requestId: string;
}

/** A way to the operations of one service. Both adapters copy every value, so nothing works only in one process. */
export interface Rpc {
  /**
   * Carries out an operation.
   * @throws Refusal as the operation refused it, `timeout` when the deadline passed, `transient` when nobody answered
   */
  call<I, O>(caller: Caller, operation: Operation<I, O>, input: I): Promise<O>;
  close(): Promise<void>;
}

/** What a service offers in this process and how its handlers are served with their context. */
export interface Hosted {
  readonly service: string;
  readonly offers: readonly Offer[];
  contextFor(caller: Caller): Context;
  /** @throws Refusal when the subject may not call this operation. */
  authorize(subject: Subject, operation: Operation<unknown, unknown>): void;
  /** Told of defects; the caller only learns that there was one. */
  onDefect(defect: unknown, requestId: string): void;
}
