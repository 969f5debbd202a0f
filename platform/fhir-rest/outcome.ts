// Every error, and Prefer: return=OperationOutcome, is told as an OperationOutcome: http://hl7.org/fhir/R4/operationoutcome.html
import { type Issue, Refusal } from '@polyclinic/kit';

/** An OperationOutcome as JSON text. */
export function outcomeText(issues: readonly Issue[]): string {
  return `{"resourceType":"OperationOutcome","issue":${JSON.stringify(issues)}}`;
}

export const ALL_OK = outcomeText([{ severity: 'information', code: 'informational', diagnostics: 'All OK' }]);

/** The same refusal with each issue's element path moved below `at` (`Bundle.entry[3]`), and its text naming it. */
export function refusalAt(refusal: Refusal, at: string): Refusal {
  const issues = refusal.issues.map((issue) => ({
    ...issue,
    diagnostics: `${at}: ${issue.diagnostics}`,
    expression: issue.expression === undefined ? [at] : issue.expression.map((path) => below(at, path)),
  }));
  return new Refusal(issues, refusal.status);
}

/** `Patient.name` of an entry's resource as `Bundle.entry[3].resource.name`; what names the Bundle already stays. */
function below(at: string, path: string): string {
  if (path.startsWith('Bundle.entry[')) return path;
  return `${at}.resource.${path.replace(/^[A-Z][A-Za-z]*\./, '')}`;
}
