// The way in over HTTP: bounded, with safe headers, errors in FHIR's words or as problem+json.
export { errorAnswer } from './errors.ts';
export { HTTP_LIMITS, type HttpLimits } from './limits.ts';
export type { HttpAnswer, HttpRequest, Method, RawRoute, Route, Tongue } from './port.ts';
export { createRateLimit, type RateLimit } from './rate-limit.ts';
export { createHttpServer, type HttpServer, type HttpServerOptions } from './server.ts';
