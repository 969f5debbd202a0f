import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { eventually, systemToken } from '@polyclinic/testing';
import { journeys } from './journeys.ts';
import { startOnePerService } from './one-per-service.ts';

journeys('one process per service', () => startOnePerService(8110));

test('where one service is away its part is refused, the rest goes on, and nothing is half written', async (t) => {
  const topology = await startOnePerService(8110);
  t.after(() => topology.stop());
  const { url } = topology;
  const headers = { authorization: `Bearer ${await systemToken(url)}`, 'content-type': 'application/fhir+json' };
  const ask = (path: string, body?: unknown) =>
    fetch(
      `${url}/fhir/R4${path}`,
      body === undefined ? { headers } : { method: 'POST', headers, body: JSON.stringify(body) },
    );
  const mark = randomUUID();
  const identifier = [{ system: 'urn:test', value: mark }];
  const overTwoOwners = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      { resource: { resourceType: 'Patient', identifier }, request: { method: 'POST', url: 'Patient' } },
      { resource: { resourceType: 'Location', identifier }, request: { method: 'POST', url: 'Location' } },
    ],
  };
  const countOf = async (type: string) =>
    ((await (await ask(`/${type}?identifier=urn:test|${mark}&_total=accurate`)).json()) as { total: number }).total;

  await topology.processes.get('practitioners')?.kill();
  assert.equal((await ask('/Patient/harbor-ana')).status, 200);
  const away = await ask('/Practitioner/harbor-doctor-1');
  assert.equal(away.status, 503);
  assert.match(await away.text(), /"OperationOutcome"/);
  assert.ok((await ask('', overTwoOwners)).status >= 500);
  assert.equal(await countOf('Patient'), 0);
  const ready = (await (await fetch(`${url}/health/ready`)).json()) as { status: string; absent: string[] };
  assert.deepEqual([ready.status, ready.absent], ['ready', ['practitioners']]);

  await topology.restart('practitioners');
  const back = await eventually(async () => {
    const answer = await ask('/Practitioner/harbor-doctor-1');
    await answer.text();
    return answer.status === 200;
  });
  assert.equal(back, true);
  assert.equal((await ask('', overTwoOwners)).status, 200);
  assert.deepEqual([await countOf('Patient'), await countOf('Location')], [1, 1]);
});
