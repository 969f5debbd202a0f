// An expected failure, told in FHIR's words. HTTP and gRPC translate it once, at the edge.

/** The issue types of http://hl7.org/fhir/R4/valueset-issue-type.html that Polyclinic uses. */
export type IssueCode =
  | 'invalid'
  | 'structure'
  | 'required'
  | 'value'
  | 'invariant'
  | 'code-invalid'
  | 'not-supported'
  | 'not-found'
  | 'deleted'
  | 'too-long'
  | 'too-costly'
  | 'duplicate'
  | 'multiple-matches'
  | 'conflict'
  | 'business-rule'
  | 'security'
  | 'login'
  | 'expired'
  | 'forbidden'
  | 'throttled'
  | 'transient'
  | 'timeout'
  | 'processing'
  | 'informational';

/** One thing that is wrong. `expression` is a FHIRPath to the element; `diagnostics` never holds patient data. */
export interface Issue {
  readonly severity: 'fatal' | 'error' | 'warning' | 'information';
  readonly code: IssueCode;
  readonly diagnostics: string;
  readonly expression?: readonly string[];
}

const STATUS: Readonly<Record<IssueCode, number>> = {
  invalid: 400,
  structure: 400,
  required: 422,
  value: 422,
  invariant: 422,
  'code-invalid': 422,
  'not-supported': 501,
  'not-found': 404,
  deleted: 410,
  'too-long': 413,
  'too-costly': 403,
  duplicate: 409,
  'multiple-matches': 412,
  conflict: 409,
  'business-rule': 422,
  security: 403,
  login: 401,
  expired: 401,
  forbidden: 403,
  throttled: 429,
  transient: 503,
  timeout: 504,
  processing: 422,
  informational: 200,
};

/** Thrown for every failure that a caller can understand and act on; anything else thrown is a defect. */
export class Refusal extends Error {
  readonly issues: readonly Issue[];
  /** The HTTP status that fits; defaults to the status of the first issue's code. */
  readonly status: number;

  constructor(issues: readonly Issue[], status?: number) {
    super(issues[0]?.diagnostics ?? 'refused');
    this.name = 'Refusal';
    this.issues = issues;
    this.status = status ?? STATUS[issues[0]?.code ?? 'processing'];
  }
}

/** A Refusal with one error. `options.expression` names the element, `options.status` overrides the HTTP status. */
export function refuse(
  code: IssueCode,
  diagnostics: string,
  options: { expression?: string; status?: number } = {},
): Refusal {
  const issue: Issue =
    options.expression === undefined
      ? { severity: 'error', code, diagnostics }
      : { severity: 'error', code, diagnostics, expression: [options.expression] };
  return new Refusal([issue], options.status);
}
