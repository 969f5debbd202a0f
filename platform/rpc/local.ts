// The way to a service in this same process: no wire, but the same checks, copies and deadlines as over one.
import { type Operation, refuse } from '@polyclinic/kit';
import { carryOut, offerOf } from './carry-out.ts';
import type { Caller, Hosted, Rpc } from './port.ts';

export function localRpc(hosted: Hosted): Rpc {
  return {
    call: async <I, O>(caller: Caller, operation: Operation<I, O>, input: I): Promise<O> => {
      const offer = offerOf(hosted, operation.name);
      const copied = structuredClone(caller);
      return (await withinDeadline(carryOut(hosted, offer, copied, input), operation)) as O;
    },
    close: async () => {},
  };
}

async function withinDeadline<T>(
  work: Promise<T>,
  operation: Pick<Operation<never, unknown>, 'service' | 'name' | 'deadlineMs'>,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, fail) => {
    timer = setTimeout(
      () => fail(refuse('timeout', `${operation.service}.${operation.name} took too long`)),
      operation.deadlineMs,
    );
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
