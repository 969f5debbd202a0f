// A request's body, up to a limit.
import type { IncomingMessage } from 'node:http';

/** More is no form and no registration. */
const BODY_LIMIT = 56 * 1024;

/** null when it is too long. */
export async function readBody(req: IncomingMessage): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_LIMIT) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
