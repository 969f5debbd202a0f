// Zips answers for clients that ask for it, off the main thread.
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { ZIP_FROM_BYTES, ZIP_LEVEL } from './limits.ts';

const zip = promisify(gzip);

/** Whether `gzip` is acceptable: https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3 */
export function acceptsGzip(header: string | undefined): boolean {
  if (header === undefined) return false;
  for (const part of header.toLowerCase().split(',')) {
    const [coding, ...parameters] = part.split(';').map((piece) => piece.trim());
    if (coding === 'gzip' || coding === '*') return !parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
  }
  return false;
}

/** The zipped body, or null where zipping it is not worth the time. */
export async function zipped(body: string): Promise<Buffer | null> {
  return body.length > ZIP_FROM_BYTES ? await zip(body, { level: ZIP_LEVEL }) : null;
}
