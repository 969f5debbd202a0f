// The way to a service in another process. Every call has a deadline; only idempotent ones are repeated.
import { setTimeout as pause } from 'node:timers/promises';
import { Code, ConnectError } from '@connectrpc/connect';
import { createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';
import { type Operation, parse } from '@polyclinic/kit';
import { CALLER_HEADER, signCaller } from './caller-token.ts';
import { type Contract, contractOf, type Described } from './contract.ts';
import * as limits from './limits.ts';
import type { Caller, Rpc } from './port.ts';
import { createRetryBudget } from './retry-budget.ts';
import { fromStatus } from './status.ts';
import { fromMessage, toMessage } from './wire.ts';

export interface GrpcClientOptions {
  /** `http://host:port` */
  readonly address: string;
  readonly workloadKey: string;
  readonly now: () => Date;
}

export function grpcRpc({ address, workloadKey, now }: GrpcClientOptions): Rpc {
  const sessionManager = new Http2SessionManager(
    address,
    {
      pingIntervalMs: limits.PING_INTERVAL_MS,
      pingTimeoutMs: limits.PING_TIMEOUT_MS,
      idleConnectionTimeoutMs: limits.IDLE_MS,
    },
    { settings: { initialWindowSize: limits.WINDOW_BYTES }, maxSessionMemory: limits.SESSION_MEGABYTES },
  );
  const transport = createGrpcTransport({
    baseUrl: address,
    sessionManager,
    readMaxBytes: limits.MESSAGE_BYTES,
    writeMaxBytes: limits.MESSAGE_BYTES,
    acceptCompression: [],
  });
  const budget = createRetryBudget(limits.RETRY_SHARE);
  const contracts = new Map<string, Contract>();

  return {
    call: async <I, O>(caller: Caller, operation: Operation<I, O>, input: I): Promise<O> => {
      const { service, name } = operation;
      const method = contractFor(contracts, operation).method(name);
      const message = toMessage(method.input, operation.input, parse(operation.input, input));
      const until = performance.now() + operation.deadlineMs;
      budget.asked();
      for (let attempt = 0; ; attempt += 1) {
        const header = { [CALLER_HEADER]: signCaller(workloadKey, service, caller, now()) };
        try {
          const remainingMs = Math.ceil(until - performance.now());
          const answer = await transport.unary(method, undefined, remainingMs, header, message);
          return parse(operation.output, fromMessage(method.output, operation.output, answer.message), 'output');
        } catch (error) {
          if (!(error instanceof ConnectError)) throw error;
          const waitMs = waitBeforeRetry();
          const repeats =
            operation.idempotent &&
            attempt < limits.RETRIES &&
            nobodyAnswered(error) &&
            performance.now() + waitMs < until &&
            budget.allows();
          if (!repeats) throw fromStatus(error, service, name);
          await pause(waitMs);
        }
      }
    },
    close: async () => sessionManager.abort(),
  };
}

// One contract per operation: a client knows only the operations it calls, and field numbers don't depend on others.
function contractFor(known: Map<string, Contract>, operation: Described): Contract {
  const key = `${operation.service}.${operation.name}`;
  let contract = known.get(key);
  if (contract === undefined) {
    contract = contractOf(operation.service, [operation]);
    known.set(key, contract);
  }
  return contract;
}

// A refusal that the service itself sent is an answer, even where it says "unavailable".
const nobodyAnswered = (error: ConnectError): boolean => error.code === Code.Unavailable && error.details.length === 0;

const waitBeforeRetry = (): number =>
  limits.RETRY_WAIT_MS.from + Math.random() * (limits.RETRY_WAIT_MS.to - limits.RETRY_WAIT_MS.from);
