// Sixty-four at once, again and again: one wins, nothing is lost, nothing is there twice.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FhirClient } from './client.ts';

const AT_ONCE = 64;
const ROUNDS = Number(process.env['POLYCLINIC_RACE_ROUNDS'] ?? 10);
const together = <T>(run: (n: number) => Promise<T>) => Promise.all(Array.from({ length: AT_ONCE }, (_, n) => run(n)));

export function races(client: () => FhirClient): void {
  test('If-None-Exist creates one', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const value = `race-${round}-${process.pid}`;
      const body = { resourceType: 'Patient', identifier: [{ system: 'urn:race', value }] };
      const answers = await together(() =>
        client().post('Patient', body, { 'if-none-exist': `identifier=urn:race|${value}` }),
      );
      assert.deepEqual([...new Set(answers.map(({ status }) => status))].sort(), [200, 201], `round ${round}`);
      assert.equal(answers.filter(({ status }) => status === 201).length, 1, `round ${round}`);
      assert.equal((await client().get(`Patient?identifier=urn:race|${value}&_summary=count`)).json.total, 1);
    }
  });

  test('If-None-Exist inside batches and transactions creates one', async () => {
    for (const type of ['batch', 'transaction']) {
      const value = `race-${type}-${process.pid}`;
      const entry = {
        resource: { resourceType: 'Patient', identifier: [{ system: 'urn:race', value }] },
        request: { method: 'POST', url: 'Patient', ifNoneExist: `identifier=urn:race|${value}` },
      };
      const answers = await together(() => client().post('', { resourceType: 'Bundle', type, entry: [entry] }));
      for (const answer of answers) assert.equal(answer.status, 200, answer.text.slice(0, 300));
      assert.equal((await client().get(`Patient?identifier=urn:race|${value}&_summary=count`)).json.total, 1, type);
    }
  });

  test('If-Match lets one through', async () => {
    const id = `race-match-${process.pid}`;
    for (let round = 0; round < ROUNDS; round++) {
      const before = await client().send('PUT', `Patient/${id}`, { resourceType: 'Patient', id });
      const etag = before.headers.get('etag') as string;
      const answers = await together((n) =>
        client().send(
          'PUT',
          `Patient/${id}`,
          { resourceType: 'Patient', id, name: [{ family: `Writer${n}` }] },
          { 'if-match': etag },
        ),
      );
      assert.equal(answers.filter(({ status }) => status === 200).length, 1, `round ${round}`);
      assert.equal(answers.filter(({ status }) => status === 412).length, AT_ONCE - 1, `round ${round}`);
    }
  });

  test('no update is lost: read, add one, write back until each of 64 has counted', async () => {
    const id = `race-count-${process.pid}`;
    const counter = (value: number) => ({ resourceType: 'Basic', id, code: { text: String(value) } });
    await client().send('PUT', `Basic/${id}`, counter(0));
    await together(async () => {
      for (;;) {
        const now = await client().get(`Basic/${id}`);
        const next = counter(Number(now.json.code.text) + 1);
        const wrote = await client().send('PUT', `Basic/${id}`, next, {
          'if-match': now.headers.get('etag') as string,
        });
        if (wrote.status === 200) return;
        assert.equal(wrote.status, 412);
      }
    });
    const last = await client().get(`Basic/${id}`);
    assert.equal(last.json.code.text, String(AT_ONCE));
    assert.equal(last.json.meta.versionId, String(AT_ONCE + 1));
    assert.equal((await client().walk(`Basic/${id}/_history?_count=50`)).length, AT_ONCE + 1);
  });

  test('unconditional updates of one resource all get a version of their own', async () => {
    const id = `race-put-${process.pid}`;
    const answers = await together((n) =>
      client().send('PUT', `Patient/${id}`, { resourceType: 'Patient', id, active: n % 2 === 0 }),
    );
    const versions = answers.map(({ headers }) => headers.get('etag'));
    assert.equal(new Set(versions).size, AT_ONCE);
    assert.equal(answers.filter(({ status }) => status === 201).length, 1);
  });
}
