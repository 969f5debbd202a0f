// Every service's declaration, read from services/*/service.ts: what the reference pages and the tests go by.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ServiceDeclaration } from '@polyclinic/kit';

const SERVICES = join(import.meta.dirname, '../../services');

/** All declarations, by name. @throws Error naming the file that exports none */
export async function readDeclarations(): Promise<ServiceDeclaration[]> {
  const files = readdirSync(SERVICES)
    .map((folder) => join(SERVICES, folder, 'service.ts'))
    .filter((file) => existsSync(file));
  const found: ServiceDeclaration[] = [];
  for (const file of files) {
    const exported = Object.values((await import(pathToFileURL(file).href)) as Record<string, unknown>).filter(
      isDeclaration,
    );
    if (exported.length === 0) throw new Error(`${file} exports no service declaration`);
    found.push(...exported);
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function isDeclaration(value: unknown): value is ServiceDeclaration {
  return typeof value === 'object' && value !== null && 'purpose' in value && 'owns' in value && 'offers' in value;
}
