// Refusals to gRPC statuses and back. https://grpc.io/docs/guides/status-codes/
import { create, createFileRegistry, type DescMessage } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';
import { type IssueCode, integer, list, object, oneOf, optional, parse, Refusal, refuse, text } from '@polyclinic/kit';
import { RemoteDefect } from './carry-out.ts';
import { messageOf } from './messages.ts';
import { fromMessage, toMessage } from './wire.ts';

const refusalSchema = object({
  status: integer('the HTTP status that fits'),
  issues: list(
    object({
      severity: oneOf(['fatal', 'error', 'warning', 'information']),
      code: text('an issue type of FHIR'),
      diagnostics: text(),
      expression: optional(list(text())),
    }),
  ),
});

const PACKAGE = 'polyclinic.rpc.v1';
const refusalMessage: DescMessage = createFileRegistry(
  create(FileDescriptorProtoSchema, {
    name: 'polyclinic/rpc/v1/refusal.proto',
    package: PACKAGE,
    syntax: 'proto3',
    messageType: [messageOf('Refusal', `.${PACKAGE}.Refusal`, refusalSchema)],
  }),
  () => undefined,
).getMessage(`${PACKAGE}.Refusal`)!;

const CODES: Readonly<Record<number, Code>> = {
  400: Code.InvalidArgument,
  401: Code.Unauthenticated,
  403: Code.PermissionDenied,
  404: Code.NotFound,
  409: Code.Aborted,
  410: Code.NotFound,
  412: Code.FailedPrecondition,
  413: Code.ResourceExhausted,
  422: Code.InvalidArgument,
  429: Code.ResourceExhausted,
  501: Code.Unimplemented,
  503: Code.Unavailable,
  504: Code.DeadlineExceeded,
};

/** What goes over the wire for anything a handler threw: a refusal with its issues, a defect without any detail. */
export function toStatus(error: unknown): ConnectError {
  if (!(error instanceof Refusal)) return new ConnectError('internal error', Code.Internal);
  const value = toMessage(refusalMessage, refusalSchema, { status: error.status, issues: error.issues });
  return new ConnectError(error.message, CODES[error.status] ?? Code.FailedPrecondition, undefined, [
    { desc: refusalMessage, value },
  ]);
}

/** What a failed call means to the caller: the service's own refusal where it sent one. */
export function fromStatus(error: ConnectError, service: string, operation: string): Error {
  const [detail] = error.findDetails(refusalMessage);
  if (detail !== undefined) {
    const told = parse(refusalSchema, fromMessage(refusalMessage, refusalSchema, detail), 'refusal');
    return new Refusal(
      told.issues.map(({ code, expression, ...issue }) => ({
        ...issue,
        code: code as IssueCode,
        ...(expression === undefined ? {} : { expression }),
      })),
      told.status,
    );
  }
  switch (error.code) {
    case Code.DeadlineExceeded:
      return refuse('timeout', `${service}.${operation} took too long`);
    case Code.Unavailable:
    case Code.Canceled:
    case Code.Aborted:
      return refuse('transient', `The service ${service} can not be reached at the moment.`);
    case Code.ResourceExhausted:
      return refuse('too-long', `The message to or from ${service} is too large.`);
    default:
      return new RemoteDefect(service, operation);
  }
}
