// Browsers of other origins: off unless an origin is on the list, and never with cookies. https://fetch.spec.whatwg.org/#http-cors-protocol

const ALLOWED_METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const ALLOWED_HEADERS =
  'authorization, content-type, accept, prefer, if-match, if-none-match, if-modified-since, if-none-exist, x-request-id';
const EXPOSED_HEADERS = 'etag, last-modified, location, content-location, retry-after, x-request-id';

/** The headers that let this origin read the answer; none where it is not on the list. */
export function corsHeaders(origins: readonly string[], origin: string | undefined): Record<string, string> {
  if (origins.length === 0) return {};
  if (origin === undefined || !origins.includes(origin)) return { vary: 'origin' };
  return { 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED_HEADERS, vary: 'origin' };
}

/** The answer's headers for a browser that asks first. */
export function preflightHeaders(origins: readonly string[], origin: string | undefined): Record<string, string> {
  const allowed = corsHeaders(origins, origin);
  if (allowed['access-control-allow-origin'] === undefined) return allowed;
  return {
    ...allowed,
    'access-control-allow-methods': ALLOWED_METHODS,
    'access-control-allow-headers': ALLOWED_HEADERS,
    'access-control-max-age': '600',
  };
}
