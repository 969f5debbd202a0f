// Makes platform/fhir/definitions from the official R4 definitions: `node tools/definitions/build.ts`.
// A development-time tool: what it writes is committed, so nobody who runs Polyclinic needs the 93 MB it reads.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { drawCompartments } from './compartments.ts';
import { appendNumbers } from './numbers.ts';
import { drawSearchParameters } from './search-parameters.ts';
import type { CodeSystem, SearchParameter, StructureDefinition, ValueSet } from './shapes.ts';
import { openSource, PACKAGE, VERSION } from './source.ts';
import { drawStructures } from './structures.ts';
import { drawUnits } from './units.ts';
import { drawCodeLists } from './value-sets.ts';

const root = join(import.meta.dirname, '..', '..');
const target = join(root, 'platform', 'fhir', 'definitions');
const source = openSource(process.argv[2] ?? join(root, '.cache', 'definitions'));

const definitions = [
  ...source.resources<StructureDefinition>('profiles-types.json'),
  ...source.resources<StructureDefinition>('profiles-resources.json'),
];
const bindings = new Set<string>();
const structures = drawStructures(definitions, bindings);
const types = Object.keys(structures).filter(
  (name) => structures[name]?.kind === 'resource' && name !== 'Resource' && name !== 'DomainResource',
);
const { lists, open } = drawCodeLists(bindings, [
  ...source.resources<CodeSystem | ValueSet>('valuesets.json'),
  ...source.resources<CodeSystem | ValueSet>('v3-codesystems.json'),
  ...source.resources<CodeSystem | ValueSet>('v2-tables.json'),
]);
for (const structure of Object.values(structures))
  for (const element of Object.values(structure.elements))
    if (element.binding !== undefined && lists[element.binding] === undefined) delete element.binding;
const parameters = drawSearchParameters(source.resources<SearchParameter>('search-parameters.json'), new Set(types));
const compartments = drawCompartments(
  source.read('compartmentdefinition-patient.json') as Parameters<typeof drawCompartments>[0],
  parameters,
);

/** One entry a line: small to read for a program, and a change shows as the line it is. */
function write(file: string, table: Readonly<Record<string, unknown>>): void {
  const lines = Object.entries(table).map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  writeFileSync(join(target, file), `{\n${lines.join(',\n')}\n}\n`);
}

write('structures.json', structures);
write('code-lists.json', lists);
write('search-parameters.json', parameters);
write('compartments.json', compartments);
write('units.json', drawUnits());
write('type-numbers.json', appendNumbers(join(target, 'type-numbers.json'), types));
const codes = [...new Set(Object.values(parameters).flatMap((list) => list.map(({ code }) => code)))].sort();
write('parameter-numbers.json', appendNumbers(join(target, 'parameter-numbers.json'), codes));
write('source.json', {
  package: PACKAGE,
  version: VERSION,
  fhirVersion: '4.0.1',
  sha256: source.digest,
  openValueSets: open,
});
console.log(`${types.length} resource types, ${codes.length} parameter codes, open value sets: ${open.join(', ')}`);
