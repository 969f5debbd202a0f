// Whole lives made by Synthea, posted as a client would: the organisations and practitioners first, then the patients.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { FhirClient, Json } from './client.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/data/synthea');

export function synthea(client: () => FhirClient): void {
  const skip = existsSync(FOLDER) ? false : 'the Synthea bundles are not on this machine';
  const files =
    skip === false
      ? readdirSync(FOLDER)
          .filter((name) => name.endsWith('.json'))
          .sort()
      : [];
  const bundle = (name: string): Json => JSON.parse(readFileSync(join(FOLDER, name), 'utf8'));
  const counted = new Map<string, number>();
  const before = new Map<string, number>();
  const count = async (type: string): Promise<number> => (await client().get(`${type}?_summary=count`)).json.total;
  const everything = new Map<string, { id: string; entries: number }>();

  test('every bundle is answered 200, each entry 2xx', { skip }, async () => {
    for (const name of files) for (const { resource } of bundle(name).entry) before.set(resource.resourceType, 0);
    for (const type of before.keys()) before.set(type, await count(type));
    for (const name of files) {
      const answer = await client().post('', readFileSync(join(FOLDER, name), 'utf8'));
      assert.equal(answer.status, 200, `${name}: ${answer.text.slice(0, 500)}`);
      const sent = bundle(name);
      for (const [n, { response }] of answer.json.entry.entries()) {
        assert.match(response.status, /^20/, `${name} entry ${n}`);
        const type = sent.entry[n].resource.resourceType;
        counted.set(type, (counted.get(type) ?? 0) + 1);
      }
      if (sent.type === 'transaction') {
        const at = sent.entry.findIndex(({ resource }: Json) => resource.resourceType === 'Patient');
        everything.set(name, {
          id: answer.json.entry[at].response.location.split('/').at(-3),
          entries: sent.entry.length,
        });
      }
    }
  });

  test('what is stored is what was sent, by type', { skip }, async () => {
    for (const [type, sent] of counted)
      assert.equal(((await count(type)) as number) - (before.get(type) ?? 0), sent, type);
  });

  test('posting the batches again adds only what they post unconditionally', { skip }, async () => {
    const unconditional = new Map<string, number>();
    for (const name of files.filter((it) => it.startsWith('0-'))) {
      for (const { request, resource } of bundle(name).entry)
        unconditional.set(
          resource.resourceType,
          (unconditional.get(resource.resourceType) ?? 0) + (request.ifNoneExist === undefined ? 1 : 0),
        );
      assert.equal((await client().post('', readFileSync(join(FOLDER, name), 'utf8'))).status, 200);
    }
    for (const [type, more] of unconditional)
      assert.equal(await count(type), (before.get(type) ?? 0) + (counted.get(type) ?? 0) + more, type);
  });

  test('no urn:uuid and no conditional reference remains', { skip }, async () => {
    for (const type of counted.keys())
      for (const { resource } of await client().walk(`${type}?_count=500`)) {
        const text = JSON.stringify(resource);
        assert.doesNotMatch(text, /"reference":"urn:uuid:/, `${type}/${resource.id}`);
        assert.doesNotMatch(text, /"reference":"[A-Za-z]+\?/, `${type}/${resource.id}`);
      }
  });

  test('$everything returns the whole bundle of a patient', { skip }, async () => {
    for (const [name, { id, entries }] of everything) {
      const sent = new Map<string, number>();
      for (const { resource } of bundle(name).entry)
        sent.set(resource.resourceType, (sent.get(resource.resourceType) ?? 0) + 1);
      const got = new Map<string, number>();
      const seen = new Set<string>();
      for (const { resource } of await client().walk(`Patient/${id}/$everything`)) {
        const key = `${resource.resourceType}/${resource.id}`;
        assert.ok(!seen.has(key), `${key} came twice`);
        seen.add(key);
        got.set(resource.resourceType, (got.get(resource.resourceType) ?? 0) + 1);
      }
      for (const [type, n] of sent)
        assert.ok((got.get(type) ?? 0) >= n, `${name}: ${got.get(type) ?? 0} of ${n} ${type}`);
      assert.ok(seen.size >= entries, name);
    }
  });
}
