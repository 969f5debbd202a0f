// Walking pages: each id exactly once, in both directions, also while others write.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FhirClient, Json } from './client.ts';

const idsOf = (entries: Json[]) => entries.map(({ resource }) => resource.id as string);

export function paging(client: () => FhirClient): void {
  test('a walk yields each id once, by every order', async () => {
    const total = (await client().get('Encounter?_summary=count')).json.total;
    for (const order of [
      '',
      '&_sort=date',
      '&_sort=-date',
      '&_sort=_id',
      '&_sort=-_lastUpdated',
      '&_sort=status,-date',
    ]) {
      const ids = idsOf(await client().walk(`Encounter?_count=97&_elements=id${order}`));
      assert.equal(new Set(ids).size, ids.length, order);
      assert.equal(ids.length, total, order);
    }
  });

  test('previous leads back over the same pages', async () => {
    const link = (page: Json, relation: string) => page.link.find((it: Json) => it.relation === relation)?.url;
    const first = (await client().get('Observation?_count=10')).json;
    const second = (await client().get(link(first, 'next'))).json;
    const third = (await client().get(link(second, 'next'))).json;
    const back = (await client().get(link(third, 'previous'))).json;
    assert.deepEqual(idsOf(back.entry), idsOf(second.entry));
    const start = (await client().get(link(back, 'previous'))).json;
    assert.deepEqual(idsOf(start.entry), idsOf(first.entry));
  });

  test('a walk while others write meets each resource that was there exactly once', async () => {
    const there = new Set(idsOf(await client().walk('Observation?_count=500&_elements=id')));
    let writing = true;
    const writers = Array.from({ length: 4 }, async (_, n) => {
      for (let i = 0; writing; i++) {
        const at = new Date(Date.UTC(2010 + ((i * 7 + n) % 15), i % 12, 1)).toISOString();
        const body = {
          resourceType: 'Observation',
          status: 'final',
          code: { text: 'written meanwhile' },
          effectiveDateTime: at,
        };
        assert.equal((await client().post('Observation', body)).status, 201);
      }
    });
    const met = idsOf(await client().walk('Observation?_count=50&_elements=id'));
    writing = false;
    await Promise.all(writers);
    assert.equal(new Set(met).size, met.length);
    const walked = new Set(met);
    for (const id of there) assert.ok(walked.has(id), `${id} was passed over`);
  });

  test('a cursor that was changed is refused', async () => {
    const page = (await client().get('Observation?_count=5')).json;
    const next: string = page.link.find((it: Json) => it.relation === 'next').url;
    const cursor = /_cursor=([^&]+)/.exec(next)?.[1] as string;
    const changed = next.replace(cursor, `${cursor.slice(0, -2)}${cursor.endsWith('AA') ? 'BB' : 'AA'}`);
    assert.equal((await client().get(changed)).status, 400);
  });
}
