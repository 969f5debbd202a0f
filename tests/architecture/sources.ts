// The project's TypeScript files and what each imports, read with a small scanner: enough to see borders crossed.
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

export const ROOT = join(import.meta.dirname, '../..');

export interface Source {
  /** From the project's folder, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

export interface Import {
  /** As written. */
  readonly from: string;
  /** The file it names where that is one of ours, else null. */
  readonly file: string | null;
  /** The npm package or Node module it names where it does: `pg`, `@connectrpc/connect`, `node:fs`. */
  readonly package: string | null;
  readonly typeOnly: boolean;
}

const STATEMENT =
  /^(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'|^import\s+()'([^']+)'|\bimport\(\s*()'([^']+)'/gm;

const read = (path: string): Source => {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const imports = [...text.matchAll(STATEMENT)].map((match): Import => {
    const from = match[2] ?? match[4] ?? match[6] ?? '';
    return { from, typeOnly: match[1] !== undefined, ...target(path, from) };
  });
  return { path, text, imports };
};

function target(path: string, from: string): Pick<Import, 'file' | 'package'> {
  if (from.startsWith('.')) return { file: posix.normalize(posix.join(posix.dirname(path), from)), package: null };
  const [scope, name, ...rest] = from.split('/');
  if (scope === '@polyclinic' && name !== undefined) return { file: ownFile(name, rest.join('/')), package: null };
  return {
    file: null,
    package: from.startsWith('@') ? `${scope}/${name}` : from.startsWith('node:') ? from : (scope ?? from),
  };
}

const rooms = new Map(
  globSync('{platform,services}/*/package.json', { cwd: ROOT }).map((file) => [
    posix.basename(dirname(file)),
    dirname(file).replaceAll('\\', '/'),
  ]),
);

// Rooms export files by their own names, or index.ts for the whole and <part>/index.ts for a part.
function ownFile(name: string, part: string): string {
  const room = rooms.get(name) ?? name;
  return part === '' ? `${room}/index.ts` : part.endsWith('.ts') ? `${room}/${part}` : `${room}/${part}/index.ts`;
}

/** All TypeScript files of the project. */
export const sources: readonly Source[] = globSync('{platform,services,server,tests,bench,tools,deploy}/**/*.ts', {
  cwd: ROOT,
})
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => !path.includes('node_modules'))
  .sort()
  .map(read);

/** Tests and what only they use: fixtures and test data beside them. */
export const isTest = (path: string): boolean =>
  /\.test(-data)?\.ts$|^tests\/|^services\/[^/]+\/testing\/|\/(fixture|testing|abandoned-server)\.ts$/.test(path);

/** `platform/records` or `services/patients`; `server`, `tests`, `tools`, `bench` as a whole. */
export const roomOf = (path: string): string => /^(?:platform|services)\/[^/]+/.exec(path)?.[0] ?? path.split('/')[0]!;

/** The npm packages and rooms that a room's package.json declares. */
export function declaredBy(room: string): {
  readonly forUse: ReadonlySet<string>;
  readonly forTests: ReadonlySet<string>;
} {
  const { dependencies = {}, devDependencies = {} } = JSON.parse(
    readFileSync(join(ROOT, room, 'package.json'), 'utf8'),
  ) as {
    dependencies?: Record<string, string>;
    devDependencies?: Record<string, string>;
  };
  return {
    forUse: new Set(Object.keys(dependencies)),
    forTests: new Set([...Object.keys(dependencies), ...Object.keys(devDependencies)]),
  };
}
