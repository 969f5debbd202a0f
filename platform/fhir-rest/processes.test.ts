// The same journeys when patients and practitioners live in processes of their own.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BASE, type Clinic, SYSTEM, withProcesses } from './clinic.test-data.ts';
import { settleInDoubt } from './coordinator.ts';
import { localParticipant } from './local-participant.ts';

const URN = 'urn:uuid:11111111-1111-4111-8111-111111111111';
const organization = { resourceType: 'Organization', name: 'A', identifier: [{ system: 'urn:o', value: '1' }] };
const patientOf = (reference: string) => ({ resourceType: 'Patient', managingOrganization: { reference } });
const bundle = (type: string, ...entry: unknown[]) => ({ resourceType: 'Bundle', type, entry });
const post = (url: string, resource: unknown, more: Record<string, unknown> = {}) => {
  const { fullUrl, ...request } = more;
  return { ...(fullUrl !== undefined && { fullUrl }), resource, request: { method: 'POST', url, ...request } };
};
const total = async (ask: Clinic['ask'], url: string) => (await ask('GET', `${url}&_summary=count`)).json['total'];
const idsIn = (json: Readonly<Record<string, unknown>>) =>
  ((json['entry'] as { resource: { resourceType: string; id: string } }[] | undefined) ?? []).map(
    ({ resource }) => `${resource.resourceType}/${resource.id}`,
  );

const whole = bundle(
  'transaction',
  post('Organization', organization, { fullUrl: URN, ifNoneExist: 'identifier=urn:o|1' }),
  post('Patient', patientOf(URN)),
  post('Patient', patientOf('Organization?identifier=urn:o|1')),
);

test('a request reaches the owner of its type', async () => {
  const { gateway } = await withProcesses();
  const created = await gateway.ask('POST', '/Patient', { body: { resourceType: 'Patient' } });
  assert.equal(created.status, 201, created.body);
  assert.ok(created.headers['location']?.startsWith(BASE));
  assert.equal((await gateway.ask('GET', `/Patient/${created.json['id']}`)).status, 200);
  assert.equal((await gateway.ask('GET', '/Patient/never')).status, 404);
});

test('a transaction over two owners is stored at both, its links resolved', async () => {
  const { gateway } = await withProcesses();
  const answers = await Promise.all(Array.from({ length: 8 }, () => gateway.ask('POST', '/', { body: whole })));
  for (const { status, body } of answers) assert.equal(status, 200, body);
  assert.equal(await total(gateway.ask, '/Organization?name=A'), 1);
  const [found] = idsIn((await gateway.ask('GET', '/Organization')).json);
  assert.equal(await total(gateway.ask, `/Patient?organization=${found}`), 16);
  assert.deepEqual(gateway.defects, []);
});

test('a transaction that one owner refuses leaves nothing at the other', async () => {
  const { gateway, patients, practitioners } = await withProcesses();
  const bad = bundle(
    'transaction',
    post('Patient', { resourceType: 'Patient' }),
    post('Organization', { ...organization, active: 'yes' }),
  );
  const refused = await gateway.ask('POST', '/', { body: bad });
  assert.equal(refused.status, 422, refused.body);
  assert.match(refused.body, /Bundle\.entry\[1\]/);
  assert.equal(await total(gateway.ask, '/Patient?active:missing=true'), 0);
  assert.deepEqual(await patients.parts.records.inDoubt(0), []);
  assert.deepEqual(await practitioners.parts.records.inDoubt(0), []);
});

test('a part whose coordinator is lost is settled: as decided, or rolled back where nothing was', async () => {
  const { gateway, patients } = await withProcesses();
  const decisions = gateway.parts.coordination?.decisions;
  assert.ok(decisions);
  const participant = localParticipant(patients.parts, { subject: SYSTEM, base: BASE });
  const part = (id: string) => ({
    writes: [
      {
        at: 0,
        method: 'PUT' as const,
        type: 'Patient',
        id,
        expect: { kind: 'any' as const },
        resource: JSON.stringify({ resourceType: 'Patient', id }),
      },
    ],
    guards: [],
    alongside: [],
  });
  await participant.prepare('lost-undecided', part('a'));
  await participant.prepare('lost-decided', part('b'));
  await decisions.decide('lost-decided', 'commit');
  assert.equal((await patients.ask('GET', '/Patient/b')).status, 404);
  assert.equal(await settleInDoubt(patients.parts.records, decisions, 0), 2);
  assert.equal((await patients.ask('GET', '/Patient/a')).status, 404);
  assert.equal((await patients.ask('GET', '/Patient/b')).status, 200);
  assert.equal(await decisions.decide('lost-undecided', 'commit'), 'rollback');
});

test('chains, includes and _has cross between owners', async () => {
  const { gateway } = await withProcesses();
  await gateway.ask('POST', '/', { body: whole });
  const [found] = idsIn((await gateway.ask('GET', '/Organization')).json);
  assert.equal(await total(gateway.ask, '/Patient?organization.name=A'), 2);
  assert.equal(await total(gateway.ask, '/Patient?organization.name=B'), 0);
  assert.equal(await total(gateway.ask, '/Organization?_has:Patient:organization:active:missing=true'), 1);
  const included = await gateway.ask('GET', '/Patient?_include=Patient:organization');
  assert.equal(idsIn(included.json).filter((id) => id === found).length, 1, included.body);
  const back = await gateway.ask('GET', '/Organization?_revinclude=Patient:organization');
  assert.equal(idsIn(back.json).length, 3, back.body);
});

test('a search over types of two owners is walked to its end, each resource once', async () => {
  const { gateway } = await withProcesses();
  for (let n = 0; n < 3; n++)
    await gateway.ask('POST', '/', {
      body: bundle('transaction', post('Organization', organization), post('Patient', { resourceType: 'Patient' })),
    });
  const seen: string[] = [];
  let url: string | undefined = '/?_type=Patient,Organization&_count=2';
  while (url !== undefined) {
    const { json, status, body }: Awaited<ReturnType<Clinic['ask']>> = await gateway.ask('GET', url);
    assert.equal(status, 200, body);
    seen.push(...idsIn(json));
    const next = (json['link'] as { relation: string; url: string }[]).find(({ relation }) => relation === 'next');
    url = next?.url.slice(BASE.length);
  }
  assert.equal(seen.length, 6);
  assert.equal(new Set(seen).size, 6);
  assert.equal(await total(gateway.ask, '/?_type=Patient,Organization'), 6);
});

test('the history of everything is newest first over all owners, page by page', async () => {
  const { gateway } = await withProcesses();
  for (let n = 0; n < 4; n++) {
    await gateway.ask('POST', '/Patient', { body: { resourceType: 'Patient' } });
    await gateway.ask('POST', '/Organization', { body: organization });
  }
  const times: string[] = [];
  const seen: string[] = [];
  let url: string | undefined = '/_history?_count=3';
  while (url !== undefined) {
    const { json, status, body }: Awaited<ReturnType<Clinic['ask']>> = await gateway.ask('GET', url);
    assert.equal(status, 200, body);
    seen.push(...idsIn(json));
    times.push(
      ...((json['entry'] as { response: { lastModified: string } }[]) ?? []).map(
        ({ response }) => response.lastModified,
      ),
    );
    const next = (json['link'] as { relation: string; url: string }[]).find(({ relation }) => relation === 'next');
    url = next?.url.slice(BASE.length);
  }
  assert.equal(new Set(seen).size, 8);
  assert.deepEqual(times, times.toSorted().reverse());
  assert.equal((await gateway.ask('GET', '/_history?_cursor=forged')).status, 400);
});

test("a patient's everything gathers what several owners keep", async () => {
  const { gateway } = await withProcesses();
  await gateway.ask('POST', '/', { body: whole });
  const [first] = idsIn((await gateway.ask('GET', '/Patient')).json);
  await gateway.ask('POST', '/Observation', {
    body: { resourceType: 'Observation', status: 'final', code: { text: 'x' }, subject: { reference: first } },
  });
  const { json, status, body } = await gateway.ask('GET', `/${first}/$everything`);
  assert.equal(status, 200, body);
  assert.deepEqual(
    idsIn(json).map((id) => id.split('/')[0]),
    ['Patient', 'Observation', 'Organization'],
  );
});
