// Reads a request's body: bounded, unzipped, and refused when it is not UTF-8.
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { refuse } from '@polyclinic/kit';
import type { HttpLimits } from './limits.ts';

/** @throws Refusal 413 for a body over the limit, 415 for an unknown encoding, 400 for what is no UTF-8 or no gzip */
export async function readBody(request: IncomingMessage, limits: HttpLimits): Promise<string> {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding !== 'identity' && encoding !== 'gzip' && encoding !== 'x-gzip') {
    await throwAway(request, limits);
    throw refuse('not-supported', `Content-Encoding ${encoding.slice(0, 20)} is not known here; gzip is.`, {
      status: 415,
    });
  }
  const announced = Number(request.headers['content-length'] ?? 0);
  const bytes =
    announced > limits.bodyBytes
      ? null
      : encoding === 'identity'
        ? await collect(request, limits.bodyBytes)
        : await unzip(request, limits.bodyBytes);
  if (bytes === null) {
    await throwAway(request, limits);
    throw refuse('too-long', `The body is longer than ${Math.floor(limits.bodyBytes / 1024 / 1024)} MB.`);
  }
  if (!isUtf8(bytes)) throw refuse('structure', 'The body is not valid UTF-8.');
  return bytes.toString('utf8');
}

/** Everything the stream has, or null when it has more than `limit`. */
function collect(from: Readable, limit: number): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    from.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else {
        chunks.length = 0;
        from.removeAllListeners('data');
        from.pause();
        resolve(null);
      }
    });
    from.once('end', () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, size)));
    from.once('error', reject);
    from.once('close', () => {
      // Every stream closes in the end; only one that did so before its end broke off.
      if (!from.readableEnded) reject(refuse('structure', 'The connection ended in the middle of the body.'));
    });
  });
}

// A few kilobytes can unzip to gigabytes, so what comes out is counted, and unzipping ends at the limit.
async function unzip(request: IncomingMessage, limit: number): Promise<Buffer | null> {
  const gunzip = createGunzip();
  request.pipe(gunzip);
  request.once('close', () => request.complete || gunzip.destroy(new Error('aborted')));
  try {
    return await collect(gunzip, limit);
  } catch {
    throw refuse('structure', 'The body is not what its Content-Encoding says.');
  } finally {
    request.unpipe(gunzip);
    gunzip.destroy();
  }
}

// A client that is still sending sees our answer only if its bytes are taken off the wire; bounded, nothing is kept.
function throwAway(request: IncomingMessage, limits: HttpLimits): Promise<void> {
  return new Promise((done) => {
    if (request.readableEnded || request.destroyed) return done();
    let size = 0;
    const finish = () => {
      clearTimeout(timer);
      request.off('data', count);
      done();
    };
    const count = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limits.lingerBytes) finish();
    };
    const timer = setTimeout(finish, limits.lingerMs);
    request.on('data', count);
    request.once('end', finish);
    request.once('close', finish);
    request.resume();
  });
}
