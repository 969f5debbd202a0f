// Signed statements of what the chain was, kept apart from the database: whoever rewrites the database can't rewrite
// them without the key. One JSON line each, hanging on the one before.
import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  hash,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { merkleRoot } from './merkle.ts';

export interface Checkpoint {
  /** The links it covers: from `from` up to and without `to`. */
  readonly from: number;
  readonly to: number;
  readonly at: string;
  /** The Merkle root over the hashes of its links. */
  readonly root: string;
  /** The first eight bytes of each link's hash, so that the first changed row can be named; `root` covers the rest. */
  readonly prefixes: string;
  /** SHA-256 of the line before; '' for the first. */
  readonly before: string;
}

export const PREFIX_BYTES = 8;

const prefixesOf = (hashes: readonly string[]): string =>
  Buffer.from(hashes.map((one) => one.slice(0, 2 * PREFIX_BYTES)).join(''), 'hex').toString('base64');

export interface CheckpointFile {
  /** Up to which link the checkpoints go. */
  readonly covered: number;
  append(hashes: readonly string[], at: string): void;
}

/** The files of a deployment's audit trail. */
export const checkpointPath = (folder: string): string => join(folder, 'checkpoints.jsonl');
const keyPath = (folder: string): string => join(folder, 'checkpoint-key.pem');
export const publicKeyPath = (folder: string): string => join(folder, 'checkpoint-key.pub.pem');

/** Opens the file for writing, with its key, which is made the first time. */
export function openCheckpoints(folder: string): CheckpointFile {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const key = signingKey(folder);
  const path = checkpointPath(folder);
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  // A line without its end was cut off while it was written: nothing rests on it yet.
  if (whole !== text) truncateSync(path, Buffer.byteLength(whole));
  const lines = linesOf(whole);
  let last = lines.at(-1) ?? '';
  let covered = last === '' ? 0 : (JSON.parse(last) as { checkpoint: Checkpoint }).checkpoint.to;
  return {
    get covered() {
      return covered;
    },
    append(hashes, at) {
      const checkpoint: Checkpoint = {
        ...{ from: covered, to: covered + hashes.length, at },
        ...{ root: merkleRoot(hashes), prefixes: prefixesOf(hashes) },
        before: last === '' ? '' : hash('sha256', last, 'hex'),
      };
      const signature = sign(null, Buffer.from(JSON.stringify(checkpoint)), key).toString('base64');
      const line = JSON.stringify({ checkpoint, signature });
      appendDurably(path, `${line}\n`);
      last = line;
      covered = checkpoint.to;
    },
  };
}

function appendDurably(path: string, text: string): void {
  const file = openSync(path, 'a', 0o600);
  try {
    appendFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function signingKey(folder: string): KeyObject {
  const path = keyPath(folder);
  if (!existsSync(path)) {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    // wx: of two starts at once one fails here instead of both going on with different keys.
    writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
    writeFileSync(publicKeyPath(folder), publicKey.export({ type: 'spki', format: 'pem' }), { mode: 0o644 });
  }
  return createPrivateKey(readFileSync(path));
}

const linesOf = (text: string): string[] =>
  text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '');

export type ReadCheckpoints =
  | { readonly kind: 'good'; readonly checkpoints: readonly Checkpoint[] }
  | { readonly kind: 'bad'; readonly line: number; readonly why: string };

/** Reads and checks all checkpoints against the public key: signature, order, and that none is missing in between. */
export function readCheckpoints(text: string, publicKeyPem: string): ReadCheckpoints {
  const key = createPublicKey(publicKeyPem);
  const checkpoints: Checkpoint[] = [];
  let before = '';
  for (const [at, line] of linesOf(text).entries()) {
    const bad = (why: string): ReadCheckpoints => ({ kind: 'bad', line: at + 1, why });
    let read: { checkpoint: Checkpoint; signature: string };
    try {
      read = JSON.parse(line);
      if (!verify(null, Buffer.from(JSON.stringify(read.checkpoint)), key, Buffer.from(read.signature, 'base64')))
        return bad('its signature is not good');
    } catch {
      return bad('it can not be read');
    }
    if (read.checkpoint.before !== before || read.checkpoint.from !== (checkpoints.at(-1)?.to ?? 0))
      return bad('it does not follow the one before');
    checkpoints.push(read.checkpoint);
    before = hash('sha256', line, 'hex');
  }
  return { kind: 'good', checkpoints };
}
