// Who may import whom. A border that is crossed once is crossed for ever, so each one is kept by a test.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { declaredBy, type Import, isTest, roomOf, type Source, sources } from './sources.ts';

/** Every import for which `isWrong` holds, as `file imports what`. */
function crossings(
  from: (source: Source) => boolean,
  isWrong: (source: Source, imported: Import) => boolean,
): string[] {
  return sources
    .filter(from)
    .flatMap((source) =>
      source.imports
        .filter((imported) => isWrong(source, imported))
        .map((imported) => `${source.path} imports ${imported.from}`),
    );
}

const running = (folder: string) => (source: Source) => source.path.startsWith(folder) && !isTest(source.path);
const within = (file: string | null, folder: string): boolean => file?.startsWith(folder) === true;
const IO = /^node:(fs|net|http|http2|https|dgram|dns|tls|child_process|worker_threads|cluster|readline)/;

test('the kit imports nothing but itself', () => {
  assert.deepEqual(
    crossings(running('platform/kit/'), (_, { file }) => !within(file, 'platform/kit/')),
    [],
  );
});

test('the FHIR model stands on the kit alone and does no input or output', () => {
  const wrong = crossings(
    running('platform/fhir/'),
    (source, { file, package: name }) =>
      (file !== null && !within(file, 'platform/fhir/') && !within(file, 'platform/kit/')) ||
      // Its committed tables are read once, when it is loaded.
      (name !== null && IO.test(name) && source.path !== 'platform/fhir/definitions.ts'),
  );
  assert.deepEqual(wrong, []);
});

test('the platform knows no service and no server', () => {
  assert.deepEqual(
    crossings(running('platform/'), (_, { file }) => within(file, 'services/') || within(file, 'server/')),
    [],
  );
});

test('a room imports what its package.json declares, and no other', () => {
  const wrong = crossings(
    (source) => /^(platform|services)\//.test(source.path),
    (source, imported) => {
      const room = roomOf(source.path);
      if (imported.package?.startsWith('node:') || (imported.file !== null && roomOf(imported.file) === room))
        return false;
      const declared = declaredBy(room);
      const name = imported.package ?? imported.from.split('/').slice(0, 2).join('/');
      // Tests stand on the whole platform, as the platform at work does; npm links all rooms of this repository.
      if (isTest(source.path) && imported.file !== null && within(imported.file, 'platform/')) return false;
      return !(isTest(source.path) || imported.typeOnly ? declared.forTests : declared.forUse).has(name);
    },
  );
  assert.deepEqual(wrong, []);
});

test('a room is entered by what it exports, never by a path into it', () => {
  const wrong = crossings(
    () => true,
    (source, imported) =>
      imported.from.startsWith('.') &&
      imported.file !== null &&
      /^(platform|services)\//.test(imported.file) &&
      roomOf(imported.file) !== roomOf(source.path),
  ).filter((line) => !/^(tests|tools)\//.test(line));
  assert.deepEqual(wrong, []);
});

test('a service knows another service by its contract only', () => {
  const wrong = crossings(
    running('services/'),
    (source, { file }) =>
      within(file, 'services/') &&
      roomOf(file!) !== roomOf(source.path) &&
      !/^services\/[^/]+\/contract\.ts$/.test(file!),
  );
  assert.deepEqual(wrong, []);
});

test('a contract stands on the kit, the FHIR model and the doors that FHIR interactions share', () => {
  const allowed = ['platform/kit/', 'platform/fhir/', 'platform/fhir-rest/'];
  const wrong = crossings(
    (source) => /^services\/[^/]+\/contract\.ts$/.test(source.path),
    (_, { file }) => !allowed.some((folder) => within(file, folder)),
  );
  assert.deepEqual(wrong, []);
});

test('rules are pure: a domain folder imports no port, no store and no other room but the FHIR model and the rules of access', () => {
  const inDomain = (source: Source) => /^services\/[^/]+\/domain\//.test(source.path) && !isTest(source.path);
  const wrong = crossings(
    inDomain,
    (source, { file, package: name }) =>
      (name !== null && IO.test(name)) ||
      (file !== null &&
        !within(file, `${roomOf(source.path)}/domain/`) &&
        !within(file, 'platform/kit/') &&
        !within(file, 'platform/fhir/') &&
        !within(file, 'platform/access/')),
  );
  assert.deepEqual(wrong, []);
});

test('nothing imports the server but tests and the tools that describe it', () => {
  const outside = ({ path }: Source) => !/^(server|tools)\//.test(path) && !isTest(path);
  assert.deepEqual(
    crossings(outside, (_, { file }) => within(file, 'server/')),
    [],
  );
});

test('each npm package is imported in one room, so that it can be replaced there', () => {
  // Small, pure libraries without a connection to anything.
  const shared = new Set(['fast-check', 'lru-cache', 'jose', 'node']);
  const users = new Map<string, Set<string>>();
  for (const source of sources.filter(({ path }) => !isTest(path) && /^(platform|services|server)\//.test(path)))
    for (const { package: name } of source.imports)
      if (name !== null && !name.startsWith('node:') && !shared.has(name))
        users.set(name, (users.get(name) ?? new Set()).add(roomOf(source.path)));
  const many = [...users]
    .filter(([, rooms]) => rooms.size > 1)
    .map(([name, rooms]) => `${name} is imported in ${[...rooms].join(' and ')}`);
  assert.deepEqual(many, []);
});

test('the environment and the clock are read in the server only', () => {
  const wrong = sources
    .filter(({ path }) => /^(platform|services)\//.test(path) && !isTest(path) && !path.startsWith('platform/testing/'))
    .flatMap(({ path, text }) =>
      text
        .split('\n')
        .map((line, at) => ({ line: line.replace(/(^|\s)(\/\/|\*).*$/, ''), at: at + 1 }))
        .filter(({ line }) => /\bprocess\.env\b|\bnew Date\(\)|\bDate\.now\(\)/.test(line))
        .map(({ at }) => `${path}:${at}`),
    );
  assert.deepEqual(wrong, []);
});
