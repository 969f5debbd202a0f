// npm test: every test of the project, or those of the paths given.
// `npm test -- platform/kit --test-name-pattern=refusal`
import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { run } from 'node:test';
import { spec, type TestEvent } from 'node:test/reporters';

const ROOT = join(import.meta.dirname, '..');
const ROOMS = ['platform', 'services', 'server', 'tests', 'tools', 'bench'];
// Each file is a process of its own and most start a database: more at once than this only waits for the disk.
const AT_ONCE = 2;
// Tests of the whole platform start every process of it: they come last, one after the other.
const WHOLE = /^tests\/(topology|faults|conformance)\//;
const LONGEST_TEST_MS = 600_000;

const given = process.argv.slice(2);
const paths = given.filter((argument) => !argument.startsWith('-'));
const option = (name: string): string[] =>
  given.filter((argument) => argument.startsWith(`--${name}=`)).map((argument) => argument.slice(name.length + 3));

function testFiles(path: string): string[] {
  const found = statSync(join(ROOT, path), { throwIfNoEntry: false });
  if (found?.isFile()) return [path];
  return globSync(`${path.replace(/\/$/, '')}/**/*.test.ts`, { cwd: ROOT }).filter(
    (file) => !file.includes('node_modules'),
  );
}

const files = [
  ...new Set((paths.length > 0 ? paths : ROOMS.filter((room) => existsSync(join(ROOT, room)))).flatMap(testFiles)),
].sort();
if (files.length === 0) {
  console.error(`no tests in ${paths.join(', ') || ROOMS.join(', ')}`);
  process.exit(1);
}

const SUMMARY = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) ([\d.]+)$/;

/** Both rounds as one stream of events, with one summary at the end instead of two. */
async function* events() {
  const totals = new Map<string, number>();
  let last: Extract<TestEvent, { type: 'test:diagnostic' }> | undefined;
  for (const [chosen, concurrency] of [
    [files.filter((file) => !WHOLE.test(file)), AT_ONCE],
    [files.filter((file) => WHOLE.test(file)), 1],
  ] as const) {
    if (chosen.length === 0) continue;
    const stream = run({
      cwd: ROOT,
      files: chosen.map((file) => join(ROOT, file)),
      concurrency,
      timeout: LONGEST_TEST_MS,
      testNamePatterns: option('test-name-pattern'),
      testSkipPatterns: option('test-skip-pattern'),
    });
    for await (const event of stream) {
      if (event.type === 'test:fail' && event.data.todo === undefined) process.exitCode = 1;
      const [, name, amount] = event.type === 'test:diagnostic' ? (SUMMARY.exec(event.data.message) ?? []) : [];
      if (event.type !== 'test:diagnostic' || name === undefined) yield event;
      else {
        totals.set(name, (totals.get(name) ?? 0) + Number(amount));
        last = event;
      }
    }
  }
  if (last !== undefined)
    for (const [name, amount] of totals)
      yield { type: last.type, data: { ...last.data, message: `${name} ${amount}` } };
}

for await (const text of Readable.from(events()).compose(new spec())) process.stdout.write(text);
