// One FHIR request and its answer, free of any HTTP library, so that it crosses gRPC as it is.
import type { Subject } from '@polyclinic/kit';

export interface FhirRequest {
  readonly method: string;
  /** The path below /fhir/R4, without query: `/Patient/123`. Still percent-encoded. */
  readonly path: string;
  /** The raw query string without '?', still percent-encoded. */
  readonly query: string;
  /** Lower-case names; only those FHIR gives meaning (accept, content-type, if-*, prefer). */
  readonly headers: Readonly<Record<string, string>>;
  /** The body as text; '' when there is none. */
  readonly body: string;
  /** `http://host/fhir/R4`: the base the client used, for links and Location. */
  readonly base: string;
  readonly subject: Subject;
  readonly requestId: string;
  /** The network address the request came from; absent where it came from inside. */
  readonly address?: string;
}

export interface FhirResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
