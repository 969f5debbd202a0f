// Batch: entries that know nothing of each other, each with its own outcome. http://hl7.org/fhir/R4/http.html#transaction
import { Refusal } from '@polyclinic/kit';
import { answer } from '../answer.ts';
import type { Ask } from '../ask.ts';
import { bundleText } from '../bundle/bundle-text.ts';
import { entryRequest } from '../bundle/entry-request.ts';
import type { BundleEntry } from '../bundle/read-bundle.ts';
import { responseEntry } from '../bundle/response-entry.ts';
import { errorAnswer } from '../errors.ts';
import type { FhirRequest, FhirResponse } from '../exchange.ts';
import type { FhirParts } from '../parts.ts';
import { MethodNotAllowed } from '../route.ts';

/** Enough to fill the gathered reads and writes, too few to push other clients' requests out of their queues. */
const AT_ONCE = 32;

export async function batch(
  parts: FhirParts,
  { request }: Ask,
  entries: readonly BundleEntry[],
  handle: (request: FhirRequest) => Promise<FhirResponse>,
): Promise<FhirResponse> {
  const answers = new Array<string>(entries.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let at = next++; at < entries.length; at = next++) {
      const entry = entries[at] as BundleEntry;
      answers[at] = responseEntry(request.base, await answerTo(entry));
    }
  };
  const answerTo = async (entry: BundleEntry): Promise<FhirResponse> => {
    try {
      return await handle(entryRequest(entry, request));
    } catch (thrown) {
      if (thrown instanceof Refusal || thrown instanceof MethodNotAllowed)
        return errorAnswer(thrown, request.requestId, parts.log);
      throw thrown;
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, entries.length) }, worker));
  const head = { id: parts.newId(), at: parts.now().toISOString(), total: null, links: [] };
  return answer(200, bundleText('batch-response', head, answers));
}
