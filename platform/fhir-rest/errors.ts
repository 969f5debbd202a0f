// The one place where what was thrown becomes an answer: http://hl7.org/fhir/R4/http.html#rest-errors
import { Refusal } from '@polyclinic/kit';
import { answer } from './answer.ts';
import type { FhirResponse } from './exchange.ts';
import { OwnerRefused } from './federation.ts';
import { outcomeText } from './outcome.ts';
import { MethodNotAllowed } from './route.ts';

/** A refusal in its own words; anything else as a 500 that names the request only, its details going to the log. */
export function errorAnswer(
  thrown: unknown,
  requestId: string,
  log: (defect: unknown, requestId: string) => void,
): FhirResponse {
  if (thrown instanceof Refusal) return answer(thrown.status, outcomeText(thrown.issues));
  if (thrown instanceof OwnerRefused) return thrown.response;
  if (thrown instanceof MethodNotAllowed) {
    const text = outcomeText([{ severity: 'error', code: 'not-supported', diagnostics: thrown.message }]);
    return answer(405, text, { allow: thrown.allow });
  }
  log(thrown, requestId);
  const diagnostics = `something went wrong here; request ${requestId}`;
  // 'exception' is not among the codes of expected failures, and this is none.
  return answer(
    500,
    `{"resourceType":"OperationOutcome","issue":[{"severity":"fatal","code":"exception","diagnostics":${JSON.stringify(diagnostics)}}]}`,
  );
}
