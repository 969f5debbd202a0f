// Every bound of the way in, with its reason. Reaching one is answered, never cut silently.

export interface HttpLimits {
  /** Of a body, as sent and unzipped: twice the largest Bundle we promise to take. */
  readonly bodyBytes: number;
  /** Of a URL: long searches fit; longer ones belong into POST _search. */
  readonly urlBytes: number;
  /** Of the request line and all headers together. */
  readonly headerBytes: number;
  /** From the first byte of a request to the last byte of its body. */
  readonly requestMs: number;
  readonly headersMs: number;
  /** Between requests on one connection: longer than usual proxies wait, so that they close first. */
  readonly keepAliveMs: number;
  /** Without a byte in either direction: longer than the longest interaction. */
  readonly silentMs: number;
  /** How long and how much of a refused body is thrown away before its sender is cut off. */
  readonly lingerMs: number;
  readonly lingerBytes: number;
  readonly connections: number;
}

export const HTTP_LIMITS: HttpLimits = {
  bodyBytes: 32 * 1024 * 1024,
  urlBytes: 16 * 1024,
  headerBytes: 32 * 1024,
  requestMs: 30_000,
  headersMs: 10_000,
  keepAliveMs: 72_000,
  silentMs: 130_000,
  lingerMs: 2_000,
  lingerBytes: 128 * 1024 * 1024,
  connections: 10_000,
};

/** Smaller answers are not worth the time it takes to zip them. */
export const ZIP_FROM_BYTES = 1024;
/** Level 1 takes a third of the time of the default and leaves FHIR JSON at most a fifth larger. */
export const ZIP_LEVEL = 1;
