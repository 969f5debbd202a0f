// Declared is enforced: a service reaches only the operations its table of contents lists.
import type { Call, Operation, ServiceDeclaration } from '@polyclinic/kit';
import type { Caller, Rpc } from './port.ts';

/** The `call` that handlers of `service` are given. `reach` finds the way to the service that offers an operation. */
export function declaredCall(service: ServiceDeclaration, caller: Caller, reach: (service: string) => Rpc): Call {
  const declared = new Set(service.calls.map((called) => `${called.service}.${called.name}`));
  return <I, O>(operation: Operation<I, O>, input: I): Promise<O> => {
    const name = `${operation.service}.${operation.name}`;
    // Not a Refusal: a call nobody declared is a mistake in the code, not in the request.
    if (!declared.has(name)) throw new Error(`${service.name} calls ${name} without declaring it`);
    return reach(operation.service).call(caller, operation, input);
  };
}
