// What a new service's room holds, as text.

const capitalised = (name: string): string => `${name[0]?.toUpperCase()}${name.slice(1)}`;

/** Path within the room and text of each file. */
export function serviceFiles(name: string, purpose: string): [string, string][] {
  const query = `describe${capitalised(name)}`;
  const manifest = {
    name: `@polyclinic/${name}`,
    version: '0.1.0',
    private: true,
    license: 'Apache-2.0',
    type: 'module',
    exports: { './service.ts': './service.ts', './contract.ts': './contract.ts' },
    dependencies: { '@polyclinic/kit': '*' },
  };
  return [
    ['package.json', `${JSON.stringify(manifest, null, 2)}\n`],
    [
      'service.ts',
      `// The room of ${name}.
import { defineService, offer } from '@polyclinic/kit';
import { ${query} } from './contract.ts';
import { describe } from './queries/describe.ts';

export const ${name} = defineService({
  name: '${name}',
  purpose: ${JSON.stringify(purpose)},
  owns: [],
  permissions: [{ name: 'polyclinic:${name}:read', about: 'See ${name}.' }],
  offers: [offer(${query}, describe)],
});
`,
    ],
    [
      'contract.ts',
      `// What other services may know of ${name}.
import { object, operation, text } from '@polyclinic/kit';

export const ${query} = operation({
  service: '${name}',
  name: '${query}',
  about: 'Says what ${name} are in the caller’s clinic.',
  input: object({}),
  output: object({ clinic: text('The clinic the answer is for') }),
  permission: 'polyclinic:${name}:read',
  idempotent: true,
});
`,
    ],
    [
      'queries/describe.ts',
      `// Answers for the clinic the request runs in, and for no other.
import type { Context } from '@polyclinic/kit';

export async function describe({ subject }: Context): Promise<{ clinic: string }> {
  return { clinic: String(subject.clinic) };
}
`,
    ],
    [
      'queries/describe.test.ts',
      `import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Context } from '@polyclinic/kit';
import { describe } from './describe.ts';

test('the answer is for the clinic of the one who asks', async () => {
  const subject = { id: 'u1', client: 'test', clinic: 7, roles: ['doctor'], scopes: [] };
  const context: Context = {
    subject,
    requestId: 'r1',
    now: () => new Date(0),
    call: () => Promise.reject(new Error('this query calls nobody')),
  };
  assert.deepEqual(await describe(context), { clinic: '7' });
});
`,
    ],
  ];
}
