// What happens to every call at the service that offers the operation: the same steps whichever way it came.
import { type Offer, parse, Refusal, refuse } from '@polyclinic/kit';
import type { Caller, Hosted } from './port.ts';

/** A defect of the service, told to the caller without any detail; the service's own log has them. */
export class RemoteDefect extends Error {
  constructor(service: string, operation: string) {
    super(`${service}.${operation} failed by a defect; its own log tells more`);
    this.name = 'RemoteDefect';
  }
}

/** Checks, authorises and runs; the answer is a checked copy. @throws Refusal, or RemoteDefect for anything else */
export async function carryOut(hosted: Hosted, offer: Offer, caller: Caller, input: unknown): Promise<unknown> {
  const { operation, handle } = offer;
  try {
    const given = parse(operation.input, input);
    hosted.authorize(caller.subject, operation);
    return parse(operation.output, await handle(hosted.contextFor(caller), given), 'output');
  } catch (error) {
    if (error instanceof Refusal && !error.issues.some(isAboutOutput)) throw error;
    hosted.onDefect(error, caller.requestId);
    throw new RemoteDefect(hosted.service, operation.name);
  }
}

// An answer that breaks its own contract is a defect of the service, not a mistake of the caller.
const isAboutOutput = (issue: { readonly expression?: readonly string[] }): boolean =>
  issue.expression?.[0] === 'output' || issue.expression?.[0]?.startsWith('output.') === true;

export function offerOf(hosted: Hosted, name: string): Offer {
  const offer = hosted.offers.find(({ operation }) => operation.name === name);
  if (offer === undefined) throw refuse('not-supported', `${hosted.service} offers no operation ${name}`);
  return offer;
}
