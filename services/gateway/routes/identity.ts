// Sign-in and tokens are identity's: its paths are handed over unread, in this process or to the one it lives in.
import { type IncomingMessage, type ServerResponse, request as send } from 'node:http';
import type { RawRoute } from '@polyclinic/http';

export type RawHandler = RawRoute['handleRaw'];

/** Identity's paths, with everything below them. */
export const IDENTITY_PATHS: readonly string[] = [
  '/oidc',
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
];

export function identityRoutes(paths: readonly string[], handle: RawHandler): RawRoute[] {
  return paths.flatMap((path) =>
    [path, `${path}/*`].map((each) => ({ path: each, methods: ['GET', 'POST'] as const, handleRaw: handle })),
  );
}

/** Longer than any page of identity takes. */
const ANSWER_MS = 15_000;
/** Between two ends of one connection only: https://www.rfc-editor.org/rfc/rfc9110#section-7.6.1 */
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

/** Passes requests on to identity's process at `http://host:port`. */
export function proxyTo(address: string): RawHandler {
  const { hostname, port } = new URL(address);
  return (request, response) => {
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
    // Set, not added to: what a client claims here about where it comes from is worth nothing.
    headers['x-forwarded-for'] = request.socket.remoteAddress ?? '';
    if (request.headers['transfer-encoding'] !== undefined) headers['transfer-encoding'] = 'chunked';
    const onward = send({ hostname, port, method: request.method, path: request.url, headers, timeout: ANSWER_MS });
    onward.once('response', (answer) => passBack(answer, response));
    onward.once('timeout', () => onward.destroy(new Error('identity took too long')));
    onward.once('error', () => unavailable(response));
    request.once('aborted', () => onward.destroy());
    request.pipe(onward);
  };
}

function passBack(answer: IncomingMessage, response: ServerResponse): void {
  for (const [name, value] of Object.entries(answer.headers))
    if (value !== undefined && !HOP_BY_HOP.includes(name)) response.setHeader(name, value);
  response.writeHead(answer.statusCode ?? 502);
  answer.once('aborted', () => response.destroy());
  answer.pipe(response);
}

function unavailable(response: ServerResponse): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(503, { 'content-type': 'application/problem+json; charset=utf-8', 'retry-after': '1' });
  response.end(
    JSON.stringify({ title: 'Not available', status: 503, detail: 'Sign-in is not available at the moment.' }),
  );
}
