// npm run check: everything that needs no database: types, style, who imports whom, reference pages.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const bin = (name: string): string => join(ROOT, 'node_modules', '.bin', name);

const STEPS: readonly (readonly [string, string, readonly string[]])[] = [
  ['types', bin('tsc'), ['-p', '.']],
  ['style', bin('biome'), ['ci', '--colors=off', '.']],
  ['architecture', process.execPath, ['--test', ...globSync('tests/architecture/*.test.ts', { cwd: ROOT })]],
  ['reference pages', process.execPath, ['tools/describe.ts', '--check']],
];

let failed = 0;
for (const [name, command, args] of STEPS) {
  const began = performance.now();
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64_000_000,
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  if (status === 0) continue;
  failed += 1;
  console.log(`${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.trimEnd());
}
process.exit(failed === 0 ? 0 : 1);
