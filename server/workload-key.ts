// The secret by which the processes of one deployment know each other. On a single machine it is made on first start.
import { createHmac, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export function workloadKey(data: string, given: string | null): string {
  if (given !== null) return given;
  const file = join(data, 'workload.key');
  if (!existsSync(file)) {
    mkdirSync(data, { recursive: true });
    // wx: of two starts at once one fails here instead of both going on with different keys.
    writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
  }
  return readFileSync(file, 'utf8').trim();
}

/** A secret for one purpose, the same in every process of the deployment. */
export const derivedSecret = (key: string, purpose: string): string =>
  createHmac('sha256', key).update(`polyclinic ${purpose}`).digest('base64url');
