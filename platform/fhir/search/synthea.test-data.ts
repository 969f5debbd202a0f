// Real histories made by Synthea, where the bundles lie beside the repository; references rewritten as a server would.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sample } from './samples.test-data.ts';

const FOLDER = join(import.meta.dirname, '../../../../shared/data/synthea');

interface Bundle {
  readonly entry: readonly { readonly fullUrl?: string; readonly resource: Sample }[];
}

/** Every resource of every bundle; empty where there are none on this machine. */
export function syntheaResources(): readonly Sample[] {
  if (!existsSync(FOLDER)) return [];
  return readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const text = readFileSync(join(FOLDER, name), 'utf8');
      const types = new Map<string, string>();
      for (const { fullUrl, resource } of (JSON.parse(text) as Bundle).entry)
        if (fullUrl !== undefined) types.set(fullUrl, `${resource.resourceType}/${resource.id}`);
      const rewritten = text.replace(
        /"reference":\s*"(urn:uuid:[^"]+)"/g,
        (_, urn: string) => `"reference":"${types.get(urn) ?? urn}"`,
      );
      return (JSON.parse(rewritten) as Bundle).entry.map(({ resource }) => resource);
    });
}

/** The first few of each type. */
export function firstOfEachType(resources: readonly Sample[], most: number): readonly Sample[] {
  const counts = new Map<string, number>();
  return resources.filter(({ resourceType }) => {
    const count = (counts.get(resourceType) ?? 0) + 1;
    counts.set(resourceType, count);
    return count <= most;
  });
}
