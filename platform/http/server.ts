// The HTTP server: bounds, safe headers and errors once, so that routes only deal with requests and answers.
// https://fastify.dev/docs/latest/Reference/Server/
import type { IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { refuse } from '@polyclinic/kit';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { readBody } from './body.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import { errorAnswer } from './errors.ts';
import { requestIdFrom, SAFE_HEADERS } from './headers.ts';
import { HTTP_LIMITS, type HttpLimits } from './limits.ts';
import type { HttpAnswer, HttpRequest, RawRoute, Route, Tongue } from './port.ts';
import { acceptsGzip, zipped } from './zip.ts';

export interface HttpServerOptions {
  readonly routes: readonly (Route | RawRoute)[];
  /** Paths that start with it get their errors as OperationOutcome. */
  readonly fhirBase: string;
  /** Origins whose pages may read answers; none by default. */
  readonly corsOrigins?: readonly string[];
  readonly limits?: Partial<HttpLimits>;
  readonly onDefect: (defect: unknown, requestId: string) => void;
  readonly onAnswer?: (answered: { route: string; method: string; status: number; seconds: number }) => void;
  readonly onTurnedAway?: (reason: string) => void;
}

export interface HttpServer {
  /**
   * @param shared several processes listen on the same port, and the system deals connections out among them
   * @returns the port it listens on
   */
  listen(host: string, port: number, shared?: boolean): Promise<number>;
  /** Answers what was asked, tells connections to close, and ends what is left after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

export function createHttpServer(options: HttpServerOptions): HttpServer {
  const limits = { ...HTTP_LIMITS, ...options.limits };
  const app = createApp(options, limits);
  for (const route of options.routes) 'handleRaw' in route ? addRaw(app, route) : addRoute(app, route, options, limits);
  let closing = false;
  // Node counts a connection that never asked anything as busy until its headers are overdue; browsers open such ones.
  const unused = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  app.server.on('request', ({ socket }: IncomingMessage) => unused.delete(socket));
  // When the answer is sent: one that was asked before the end came must not leave its connection open either.
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
  app.addHook('onRequest', async (request, reply) => {
    if (closing) reply.raw.setHeader('connection', 'close');
    if ((request.raw.url?.length ?? 0) > limits.urlBytes) {
      options.onTurnedAway?.('url');
      throw refuse('too-long', `The URL is longer than ${limits.urlBytes} bytes; use POST _search.`, { status: 414 });
    }
  });
  return {
    listen: async (host, port, shared = false) => {
      app.server.maxConnections = limits.connections;
      await app.listen({ host, port, ...(shared && { reusePort: true }) });
      return (app.server.address() as AddressInfo).port;
    },
    close: async (graceMs) => {
      closing = true;
      for (const socket of unused) socket.destroy();
      const timer = setTimeout(() => app.server.closeAllConnections(), graceMs);
      await app.close();
      clearTimeout(timer);
    },
  };
}

function createApp(options: HttpServerOptions, limits: HttpLimits): FastifyInstance {
  const tongueOf = (url: string | undefined): Tongue => (url?.startsWith(options.fhirBase) ? 'fhir' : 'problem');
  const fail = async (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const answer = errorAnswer(asRefusal(error), tongueOf(request.raw.url), request.id);
    if (answer.status === 500) options.onDefect(error, request.id);
    // The rest of a body that is too long is on its way; a connection that lost its place can't be used again.
    if (answer.status === 413) reply.header('connection', 'close');
    await send(answer, request, reply, options);
  };
  const app = fastify({
    logger: false,
    genReqId: (request) => requestIdFrom(request.headers['x-request-id']),
    bodyLimit: limits.bodyBytes,
    requestTimeout: limits.requestMs,
    connectionTimeout: limits.silentMs,
    keepAliveTimeout: limits.keepAliveMs,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    http: {
      headersTimeout: limits.headersMs,
      maxHeaderSize: limits.headerBytes,
      // How often the two timeouts above are looked at.
      connectionsCheckingInterval: 1_000,
      noDelay: true,
    },
    routerOptions: { maxParamLength: limits.urlBytes },
    exposeHeadRoutes: false,
    frameworkErrors: (error, request, reply) => void fail(error, request, reply),
    clientErrorHandler: (error, socket) => tellBrokenRequest(error, socket, options),
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_: FastifyRequest, payload: IncomingMessage) => readBody(payload, limits));
  app.setErrorHandler(fail);
  app.setNotFoundHandler((request, reply) => {
    if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined)
      return void reply
        .code(204)
        .headers(preflightHeaders(options.corsOrigins ?? [], request.headers.origin))
        .send();
    return fail(refuse('not-found', 'There is nothing here.'), request, reply);
  });
  return app;
}

function addRaw(app: FastifyInstance, { path, methods, handleRaw }: RawRoute): void {
  app.route({
    method: methods.includes('GET') ? [...methods, 'HEAD'] : [...methods],
    url: path,
    // Before the body is read: the handler reads it by itself.
    onRequest: async (request, reply) => {
      reply.hijack();
      reply.raw.setHeader('x-request-id', request.id);
      await handleRaw(request.raw, reply.raw);
    },
    handler: () => {},
  });
}

function addRoute(app: FastifyInstance, route: Route, options: HttpServerOptions, limits: HttpLimits): void {
  const methods = route.methods ?? ['GET'];
  app.route({
    method: methods.includes('GET') ? [...methods, 'HEAD'] : [...methods],
    url: route.path,
    bodyLimit: limits.bodyBytes,
    handler: async (request, reply) => {
      const from = performance.now();
      let answer: HttpAnswer;
      try {
        answer = await route.handle(asHttpRequest(request));
      } catch (error) {
        answer = errorAnswer(error, route.tongue, request.id);
        if (answer.status === 500) options.onDefect(error, request.id);
      }
      const { method } = request;
      options.onAnswer?.({
        route: route.path,
        method,
        status: answer.status,
        seconds: (performance.now() - from) / 1000,
      });
      return send(answer, request, reply, options);
    },
  });
}

function asHttpRequest({ raw, id, body, ip }: FastifyRequest): HttpRequest {
  const url = raw.url ?? '/';
  const mark = url.indexOf('?');
  return {
    // HEAD is GET without the body, whatever is asked.
    method: raw.method === 'HEAD' ? 'GET' : (raw.method ?? 'GET'),
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    headers: raw.headers,
    body: typeof body === 'string' ? body : '',
    address: ip,
    requestId: id,
  };
}

async function send(
  answer: HttpAnswer,
  request: FastifyRequest,
  reply: FastifyReply,
  { corsOrigins = [] }: HttpServerOptions,
): Promise<FastifyReply> {
  reply.code(answer.status).headers(SAFE_HEADERS).headers({ 'x-request-id': request.id });
  if (corsOrigins.length > 0) reply.headers(corsHeaders(corsOrigins, request.headers.origin));
  reply.headers(answer.headers);
  const body = acceptsGzip(request.headers['accept-encoding']) ? await zipped(answer.body) : null;
  if (body !== null) {
    const vary = reply.getHeader('vary');
    reply.headers({ 'content-encoding': 'gzip', vary: vary ? `${vary}, accept-encoding` : 'accept-encoding' });
  }
  return reply.send(body ?? answer.body);
}

// What the framework itself finds wrong (a URL that does not decode, a missing length) in our words.
function asRefusal(error: unknown): unknown {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
  if (typeof status !== 'number' || status < 400 || status > 499) return error;
  if (status === 415) return refuse('not-supported', 'The Content-Type is not well-formed.', { status });
  return refuse(status === 413 ? 'too-long' : 'structure', 'The request is not well-formed HTTP.', { status });
}

// The parser gave up: there is no request to answer, only a socket. https://nodejs.org/api/http.html#event-clienterror
function tellBrokenRequest(error: Error & { code?: string }, socket: Socket, options: HttpServerOptions): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, phrase, told] =
    error.code === 'HPE_HEADER_OVERFLOW'
      ? [431, 'Request Header Fields Too Large', refuse('too-long', 'The headers are too long.')]
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
        ? [408, 'Request Timeout', refuse('timeout', 'The request took too long to arrive.')]
        : [400, 'Bad Request', refuse('structure', 'The request is not well-formed HTTP.')];
  options.onTurnedAway?.(`http-${status}`);
  const { headers, body } = errorAnswer(told, 'fhir', '');
  const lines = Object.entries({
    ...SAFE_HEADERS,
    ...headers,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${phrase}\r\n${lines.join('')}\r\n${body}`);
}
