// npm run describe: prints what the services declare and writes docs/reference. With --check it only compares.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { resourceTypes } from '@polyclinic/fhir';
import { ownersOf, rosterFaults } from '@polyclinic/kit';
import { SETTINGS } from '../server/settings.ts';
import { readDeclarations } from './describe/declarations.ts';
import { referencePages } from './describe/pages.ts';

const FOLDER = join(import.meta.dirname, '../docs/reference');

const services = await readDeclarations();
const faults = rosterFaults(services);
const pages = referencePages(services, resourceTypes, SETTINGS);
const written = new Set(globSync('**/*.md', { cwd: FOLDER }));
const outdated = [...pages].filter(
  ([name, text]) => !written.has(name) || readFileSync(join(FOLDER, name), 'utf8') !== text,
);
const leftOver = [...written].filter((name) => !pages.has(name));

for (const fault of faults) console.error(`fault: ${fault}`);
if (process.argv.includes('--check')) {
  for (const name of [...outdated.map(([name]) => name), ...leftOver])
    console.error(`docs/reference/${name} is out of date: npm run describe`);
  process.exit(faults.length + outdated.length + leftOver.length > 0 ? 1 : 0);
}

for (const [name, text] of outdated) {
  mkdirSync(dirname(join(FOLDER, name)), { recursive: true });
  writeFileSync(join(FOLDER, name), text);
}
for (const name of leftOver) rmSync(join(FOLDER, name));

const owners = [...ownersOf(services, resourceTypes).values()];
for (const { name, purpose, offers, publishes, permissions, settings } of services) {
  console.log(`${name.padEnd(14)} ${purpose}`);
  const counts = [
    [owners.filter((owner) => owner === name).length, 'FHIR types'],
    [offers.length, 'operations'],
    [publishes.length, 'events'],
    [permissions.length, 'permissions'],
    [settings.length, 'settings'],
  ] as const;
  console.log(
    `${''.padEnd(14)} ${
      counts
        .filter(([count]) => count > 0)
        .map(([count, what]) => `${count} ${what}`)
        .join(', ') || 'nothing declared yet'
    }`,
  );
}
console.log(
  `\n${services.length} services; docs/reference: ${outdated.length} pages written, ${leftOver.length} removed`,
);
process.exit(faults.length > 0 ? 1 : 0);
