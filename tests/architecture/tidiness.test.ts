// The house stays tidy: files small and named alike, nothing dead, nothing that ties the project to one machine.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { test } from 'node:test';
import { isTest, ROOT, sources } from './sources.ts';

const LONGEST_FILE = 300;
// Stories about one behaviour belong together even where there are many.
const LONGEST_TEST = 500;

test('no file is so long that it carries more than one thought', () => {
  const long = sources
    .map(({ path, text }) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ path, lines }) => lines > (isTest(path) ? LONGEST_TEST : LONGEST_FILE))
    .map(({ path, lines }) => `${path} has ${lines} lines`);
  assert.deepEqual(long, []);
});

test('files are named in kebab-case', () => {
  const odd = sources
    .map(({ path }) => path)
    .filter((path) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.test|\.test-data)?\.ts$/.test(posix.basename(path)));
  assert.deepEqual(odd, []);
});

test('every file is used by another', () => {
  const imported = new Set(sources.flatMap((source) => source.imports.map(({ file }) => file)));
  const started = readFileSync(join(ROOT, 'package.json'), 'utf8');
  const doors = sources.flatMap(({ path }) =>
    /^(platform|services)\/[^/]+\/((.*\/)?index|service|contract)\.ts$/.test(path) ? [path] : [],
  );
  const dead = sources
    .map(({ path }) => path)
    .filter(
      (path) => !path.endsWith('.test.ts') && !imported.has(path) && !started.includes(path) && !doors.includes(path),
    )
    // A file that is started as a process of its own is named by whoever starts it.
    .filter((path) => !sources.some((other) => other.path !== path && other.text.includes(posix.basename(path))))
    .filter((path) => !path.startsWith('tools/'));
  assert.deepEqual(dead, []);
});

test('there are no default exports', () => {
  const wrong = sources.filter(({ text }) => /^export default\b/m.test(text)).map(({ path }) => path);
  assert.deepEqual(wrong, []);
});

test('every file says first why it exists', () => {
  const silent = sources
    .filter(({ path, text }) => !isTest(path) && posix.basename(path) !== 'index.ts' && !/^(\/\/|\/\*\*)/.test(text))
    .map(({ path }) => path);
  assert.deepEqual(silent, []);
});

test('the lock file names versions and checksums, not places to download from', () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { resolved?: string }>;
  };
  const places = Object.entries(packages).filter(
    ([, { resolved }]) => resolved !== undefined && /^[a-z+]+:\/\//.test(resolved),
  );
  assert.deepEqual(places, []);
});

test('no committed file names a package registry or a folder of somebody’s machine', () => {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' })
    .split('\0')
    .filter((file) => /\.(ts|mjs|json|md|yml|sh|npmrc)$|^\.ci\//.test(file));
  const telling = new RegExp(['https?://[^/ ]*(registry|npm|yarn)', '/home/[a-z]+/', '/Users/'].join('|'));
  const found = files.filter(
    (file) => file !== 'tests/architecture/tidiness.test.ts' && telling.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  assert.deepEqual(found, []);
});
