// Offers a service's operations to other processes over gRPC. https://grpc.io  https://connectrpc.com/docs/node
import { createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import type { Message } from '@bufbuild/protobuf';
import type { ConnectRouter, HandlerContext } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { CALLER_HEADER, verifyCaller } from './caller-token.ts';
import { carryOut } from './carry-out.ts';
import { contractOf } from './contract.ts';
import { LONGEST_CALL_MS, MESSAGE_BYTES, SESSION_MEGABYTES, WINDOW_BYTES } from './limits.ts';
import type { Hosted } from './port.ts';
import { toStatus } from './status.ts';
import { fromMessage, toMessage } from './wire.ts';

export interface GrpcServerOptions {
  readonly services: readonly Hosted[];
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** The key that all processes of a deployment share. */
  readonly workloadKey: string;
  readonly now: () => Date;
}

export interface GrpcServer {
  readonly port: number;
  /** Takes no new calls, lets running ones finish for `graceMs`, then ends them. */
  stop(graceMs: number): Promise<void>;
}

export async function serveGrpc(options: GrpcServerOptions): Promise<GrpcServer> {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer(
    { settings: { initialWindowSize: WINDOW_BYTES, maxConcurrentStreams: 1_000 }, maxSessionMemory: SESSION_MEGABYTES },
    connectNodeAdapter({
      routes: (router) => {
        for (const hosted of options.services) offerAll(router, hosted, options);
      },
      connect: false,
      grpcWeb: false,
      readMaxBytes: MESSAGE_BYTES,
      writeMaxBytes: MESSAGE_BYTES,
      maxTimeoutMs: LONGEST_CALL_MS,
      acceptCompression: [],
      // Refused before a byte of the message is read.
      requestGate: (context) => void callerOf(context, options),
    }),
  );
  server.on('connection', (socket: Socket) => socket.setNoDelay(true));
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(options.port, options.host, () => listening());
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: async (graceMs) => {
      const closed = new Promise<void>((done) => server.close(() => done()));
      for (const session of sessions) session.close();
      const timer = setTimeout(() => {
        for (const session of sessions) session.destroy();
      }, graceMs);
      await closed;
      clearTimeout(timer);
    },
  };
}

function offerAll(router: ConnectRouter, hosted: Hosted, options: GrpcServerOptions): void {
  const contract = contractOf(
    hosted.service,
    hosted.offers.map(({ operation }) => operation),
  );
  for (const offer of hosted.offers) {
    const { operation } = offer;
    const method = contract.method(operation.name);
    router.rpc(method, async (request: Message, context: HandlerContext): Promise<Message> => {
      try {
        const input = fromMessage(method.input, operation.input, request);
        const output = await carryOut(hosted, offer, callerOf(context, options), input);
        return toMessage(method.output, operation.output, output);
      } catch (error) {
        throw toStatus(error);
      }
    });
  }
}

function callerOf(context: HandlerContext, { workloadKey, now }: GrpcServerOptions) {
  try {
    // `polyclinic.patients.v1.Patients`: the token must have been made for this very service.
    const audience = context.service.typeName.split('.')[1]!;
    return verifyCaller(workloadKey, audience, context.requestHeader.get(CALLER_HEADER), now());
  } catch (error) {
    throw toStatus(error);
  }
}
