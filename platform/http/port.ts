// The way in over HTTP as its users see it: routes take a request and return an answer, no HTTP library in sight.
import type { IncomingMessage, ServerResponse } from 'node:http';

export interface HttpRequest {
  readonly method: string;
  /** Still percent-encoded, without the query. */
  readonly path: string;
  /** The raw query string without '?'. */
  readonly query: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Unzipped and known to be UTF-8; '' when there is none. */
  readonly body: string;
  readonly address: string;
  readonly requestId: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** In whose words errors are told: OperationOutcome or problem+json. */
export type Tongue = 'fhir' | 'problem';

/** A path, or all paths below it where it ends in `/*`. The path is also its name in the metrics. */
export interface Route {
  readonly path: string;
  readonly tongue: Tongue;
  /** Absent: GET and HEAD. */
  readonly methods?: readonly Method[];
  handle(request: HttpRequest): Promise<HttpAnswer>;
}

/** A path that another program's handler answers by itself, with the body unread. */
export interface RawRoute {
  readonly path: string;
  readonly methods: readonly Method[];
  handleRaw(request: IncomingMessage, response: ServerResponse): void | Promise<void>;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
