// npm run new-service -- referrals "Keeps referrals to other clinics."
// Makes a furnished room for a service: declaration, contract, one query with its test. It passes `npm run check`.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { enrolled, named } from './new-service/enrol.ts';
import { serviceFiles } from './new-service/files.ts';

const ROOT = join(import.meta.dirname, '..');

function stop(message: string): never {
  console.error(message);
  process.exit(1);
}

const [name, purpose = `Keeps ${name}.`] = process.argv.slice(2);
if (name === undefined || !/^[a-z]{3,30}$/.test(name))
  stop(
    'Say what the service is about in one plural word of lower-case letters: npm run new-service -- referrals "Keeps referrals."',
  );
const folder = join(ROOT, 'services', name);
if (existsSync(folder)) stop(`services/${name} is already there.`);
if (existsSync(join(ROOT, 'platform', name))) stop(`${name} is the name of a part of the platform.`);
if (!purpose.endsWith('.')) stop('The purpose is a sentence, with its full stop.');

for (const [path, text] of serviceFiles(name, purpose)) {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`made ${relative(ROOT, file)}`);
}

const lists = [
  ['server/roster.ts', enrolled],
  ['server/service-names.ts', named],
] as const;
for (const [path, change] of lists) {
  writeFileSync(join(ROOT, path), change(readFileSync(join(ROOT, path), 'utf8'), name));
  console.log(`changed ${path}`);
}

for (const [what, command, args] of [
  ['let the other rooms find it', 'npm', ['install', '--no-audit', '--no-fund', '--loglevel=error']],
  [
    'formatted it',
    join(ROOT, 'node_modules/.bin/biome'),
    ['check', '--write', '--colors=off', folder, join(ROOT, 'server/roster.ts')],
  ],
  ['described it in docs/reference', process.execPath, [join(ROOT, 'tools/describe.ts')]],
] as const) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) stop(`could not be done: ${what}\n${stdout}${stderr}`);
  console.log(what);
}

console.log(`
Next:
  1. Name the FHIR types it owns in services/${name}/service.ts, and take them from their present owner.
  2. Replace the sample query in services/${name}/queries by what the service is for.
  3. npm run check && npm test -- services/${name}`);
