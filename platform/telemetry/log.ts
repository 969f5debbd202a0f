// What the platform writes about itself: JSON lines with known fields only. A field that is not on the list is left
// out, so that patient data can't slip into a log by way of an object that somebody passes along.
import { type DestinationStream, pino } from 'pino';

export type Level = 'debug' | 'info' | 'warn' | 'error';

/** Everything a log line may say besides its message. None of these ever holds what a patient told. */
export interface LogFields {
  readonly requestId?: string;
  readonly method?: string;
  /** The route's pattern, never the path: a path may hold names people searched for. */
  readonly route?: string;
  readonly status?: number;
  readonly ms?: number;
  readonly bytes?: number;
  readonly service?: string;
  readonly operation?: string;
  readonly type?: string;
  readonly clinic?: number;
  readonly subject?: string;
  readonly client?: string;
  readonly event?: string;
  readonly reader?: string;
  readonly seq?: string;
  readonly attempt?: number;
  readonly count?: number;
  readonly worker?: number;
  readonly pid?: number;
  readonly port?: number;
  readonly version?: string;
  readonly code?: string;
  readonly error?: unknown;
}

export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** The same log with fields that each line repeats. */
  with(fields: LogFields): Log;
}

const ALLOWED: Readonly<Record<Exclude<keyof LogFields, 'error'>, 'string' | 'number'>> = {
  requestId: 'string',
  method: 'string',
  route: 'string',
  status: 'number',
  ms: 'number',
  bytes: 'number',
  service: 'string',
  operation: 'string',
  type: 'string',
  clinic: 'number',
  subject: 'string',
  client: 'string',
  event: 'string',
  reader: 'string',
  seq: 'string',
  attempt: 'number',
  count: 'number',
  worker: 'number',
  pid: 'number',
  port: 'number',
  version: 'string',
  code: 'string',
};
const LONGEST_TEXT = 200;

export function createLog(options: { level: Level; fields?: LogFields; to?: DestinationStream }): Log {
  const settings = {
    level: options.level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (level: string) => ({ level }) },
  };
  const writer = options.to === undefined ? pino(settings) : pino(settings, options.to);
  const over = (repeated: Record<string, unknown>): Log => {
    const at =
      (level: Level) =>
      (message: string, fields: LogFields = {}): void => {
        if (writer.isLevelEnabled(level)) writer[level]({ ...repeated, ...knownFields(fields) }, message);
      };
    return {
      debug: at('debug'),
      info: at('info'),
      warn: at('warn'),
      error: at('error'),
      with: (fields) => over({ ...repeated, ...knownFields(fields) }),
    };
  };
  return over(knownFields(options.fields ?? {}));
}

function knownFields(fields: LogFields): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (name === 'error') kept['error'] = safeError(value);
    else if (Object.hasOwn(ALLOWED, name) && typeof value === ALLOWED[name as keyof typeof ALLOWED])
      kept[name] = typeof value === 'string' ? value.slice(0, LONGEST_TEXT) : value;
  }
  return kept;
}

// A parser's message quotes its input, and so does PostgreSQL's on bad data (SQLSTATE 22, 23): those stay unsaid.
function safeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { name: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  const quotes = error instanceof SyntaxError || /^2[23]/.test(code ?? '');
  const stack = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return {
    name: error.name,
    ...(code === undefined ? {} : { code }),
    ...(quotes ? {} : { message: error.message.slice(0, LONGEST_TEXT) }),
    stack: stack.map((line) => line.trim()),
    ...(error.cause instanceof Error && depth < 3 ? { cause: safeError(error.cause, depth + 1) } : {}),
  };
}
