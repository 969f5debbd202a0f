// Real histories as Synthea exports them, posted as a clinic would import them.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { withClinic } from './clinic.test-data.ts';

const FOLDER = join(import.meta.dirname, '../../../shared/data/synthea');
const skip = existsSync(FOLDER) ? false : `there is no Synthea data in ${FOLDER}`;

interface Entry {
  readonly resource: { readonly resourceType: string; readonly id: string };
  readonly response: { readonly status: string };
}
const entriesOf = (json: unknown) => (json as { entry?: Entry[] }).entry ?? [];

test('imported histories are whole, linked and found again', { skip }, async () => {
  const { ask, defects } = await withClinic();
  const files = readdirSync(FOLDER)
    .filter((name) => name.endsWith('.json'))
    .sort();
  const wanted = new Map<string, number>();
  for (const file of files) {
    const text = readFileSync(join(FOLDER, file), 'utf8');
    for (const { resource } of entriesOf(JSON.parse(text)))
      wanted.set(resource.resourceType, (wanted.get(resource.resourceType) ?? 0) + 1);
    const answered = await ask('POST', '/', { body: text });
    assert.equal(answered.status, 200, `${file}: ${answered.body.slice(0, 500)}`);
    for (const { response } of entriesOf(answered.json))
      assert.match(response.status, /^20[01]/, JSON.stringify(response));
  }
  const countOf = async (type: string) => (await ask('GET', `/${type}?_summary=count`)).json['total'];
  for (const [type, count] of wanted) assert.equal(await countOf(type), count, type);

  const again = readFileSync(join(FOLDER, files[0] as string), 'utf8');
  const conditional = (JSON.parse(again) as { entry: { request: { ifNoneExist?: string } }[] }).entry;
  const unconditional = conditional.filter(({ request }) => request.ifNoneExist === undefined).length;
  const statuses = entriesOf((await ask('POST', '/', { body: again })).json).map(({ response }) => response.status);
  assert.equal(statuses.filter((status) => status.startsWith('201')).length, unconditional);

  let all = 0;
  for (const { resource } of entriesOf((await ask('GET', '/Patient?_count=100')).json)) {
    const whole = await ask('GET', `/Patient/${resource.id}/$everything`);
    assert.equal(whole.status, 200);
    assert.ok(!whole.body.includes('urn:uuid:'), 'a urn remains');
    assert.ok(!/"reference"\s*:\s*"[A-Z][a-zA-Z]*\?/.test(whole.body), 'a conditional reference remains');
    const inside = entriesOf(whole.json);
    const keys = new Set(inside.map(({ resource: { resourceType, id } }) => `${resourceType}/${id}`));
    assert.equal(keys.size, inside.length, 'nothing comes twice');
    all += inside.filter(
      ({ resource: { resourceType } }) => !/^(Practitioner|Organization|Location)/.test(resourceType),
    ).length;
  }
  const expected = [...wanted]
    .filter(([type]) => !/^(Practitioner|Organization|Location)/.test(type))
    .reduce((sum, [, n]) => sum + n, 0);
  assert.equal(all, expected);
  assert.deepEqual(defects, []);
});
