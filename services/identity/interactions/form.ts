// A posted form, read with a limit.
import type { IncomingMessage } from 'node:http';
import { refuse } from '@polyclinic/kit';

/** Two fields and some: longer is no sign-in. */
const LIMIT = 16 * 1024;

/** @throws Refusal for another content type or too much of it */
export async function readForm(req: IncomingMessage): Promise<URLSearchParams> {
  if (!/^application\/x-www-form-urlencoded\b/i.test(req.headers['content-type'] ?? ''))
    throw refuse('not-supported', 'This needs a posted form.', { status: 415 });
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LIMIT) throw refuse('too-long', 'The form is too long.');
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}
