// How services reach each other: one port, in process or over gRPC, and the contracts as .proto text.
export { signCaller, verifyCaller } from './caller-token.ts';
export { RemoteDefect } from './carry-out.ts';
export { declaredCall } from './declared-call.ts';
export { type GrpcClientOptions, grpcRpc } from './grpc-client.ts';
export { type GrpcServer, type GrpcServerOptions, serveGrpc } from './grpc-server.ts';
export { localRpc } from './local.ts';
export type { Caller, Hosted, Rpc } from './port.ts';
export { offerPresence, presenceDoor } from './presence.ts';
export { protoText } from './proto-text.ts';
export { offerTail, type TailPage, tailDoor } from './tail.ts';
