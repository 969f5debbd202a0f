// Batches and transactions: all or nothing, links that lead where they should, 64 at once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BASE, type Clinic, withClinic } from '../clinic.test-data.ts';

const entry = (method: string, url: string, resource?: unknown, more: Record<string, unknown> = {}) => {
  const { fullUrl, ...request } = more;
  return {
    ...(fullUrl !== undefined && { fullUrl }),
    ...(resource !== undefined && { resource }),
    request: { method, url, ...request },
  };
};
const bundle = (type: string, ...list: unknown[]) => ({ resourceType: 'Bundle', type, entry: list });
const post = (ask: Clinic['ask'], body: unknown, headers = {}) => ask('POST', '/', { body, headers });
const responses = (json: Readonly<Record<string, unknown>>) =>
  (json['entry'] as { response: { status: string; location?: string }; resource?: Record<string, unknown> }[]) ?? [];
const count = async (ask: Clinic['ask'], type: string) => (await ask('GET', `/${type}?_summary=count`)).json['total'];

const URN = 'urn:uuid:11111111-1111-4111-8111-111111111111';
const patient = { resourceType: 'Patient', active: true };
const observation = (reference: string) => ({
  resourceType: 'Observation',
  status: 'final',
  code: { text: 'x' },
  subject: { reference },
});

test('links inside a transaction lead to what was created, in references and in the narrative', async () => {
  const { ask } = await withClinic();
  const div = `<div xmlns="http://www.w3.org/1999/xhtml"><a href="${URN}">her</a></div>`;
  const answered = await post(
    ask,
    bundle(
      'transaction',
      entry('POST', 'Observation', { ...observation(URN), text: { status: 'generated', div } }),
      entry('POST', 'Patient', patient, { fullUrl: URN }),
      entry('POST', 'Observation', observation('http://elsewhere.example/fhir/Patient/1'), {
        fullUrl: 'http://elsewhere.example/fhir/Observation/9',
      }),
      entry('PUT', 'Patient/1', { ...patient, id: '1' }, { fullUrl: 'http://elsewhere.example/fhir/Patient/1' }),
      entry('POST', 'Observation', observation('Patient/1'), {
        fullUrl: 'http://elsewhere.example/fhir/Observation/8',
      }),
    ),
  );
  assert.equal(answered.status, 200, answered.body);
  const [first, second, third] = responses(answered.json).map(({ response }) => response);
  assert.equal(first?.status, '201 Created');
  const id = second?.location?.split('/')[1];
  const stored = await ask('GET', `/${first?.location}`);
  assert.deepEqual(stored.json['subject'], { reference: `Patient/${id}` });
  assert.ok(stored.body.includes(`href=\\"Patient/${id}\\"`));
  assert.deepEqual((await ask('GET', `/${third?.location}`)).json['subject'], { reference: 'Patient/1' });
});

test('a transaction with one bad entry stores nothing and names the entry', async () => {
  const { ask } = await withClinic();
  const bad: [number, unknown][] = [
    [422, entry('POST', 'Patient', { ...patient, gender: 'purple' })],
    [400, entry('POST', 'Observation', observation('urn:uuid:22222222-2222-4222-8222-222222222222'))],
    [412, entry('POST', 'Observation', observation('Patient?identifier=urn:mrn|none'))],
    [412, entry('PUT', 'Patient/old', { ...patient, id: 'old' }, { ifMatch: 'W/"7"' })],
    [404, entry('GET', 'Patient/never')],
    [404, entry('POST', 'Nothing', { resourceType: 'Nothing' })],
    [400, entry('PUT', 'Patient/x', { ...patient, id: 'y' })],
  ];
  await ask('PUT', '/Patient/old', { body: { ...patient, id: 'old' } });
  for (const [status, one] of bad) {
    const answered = await post(ask, bundle('transaction', entry('POST', 'Patient', patient), one));
    assert.equal(answered.status, status, answered.body);
    if (status !== 404) assert.match(answered.body, /Bundle\.entry\[1\]/);
  }
  assert.equal(await count(ask, 'Patient'), 1);
});

test('one resource is not written twice in a transaction', async () => {
  const { ask } = await withClinic();
  const put = entry('PUT', 'Patient/a', { ...patient, id: 'a' });
  assert.equal((await post(ask, bundle('transaction', put, put))).status, 400);
  assert.equal((await post(ask, bundle('transaction', put, entry('DELETE', 'Patient/a')))).status, 400);
  assert.equal(await count(ask, 'Patient'), 0);
});

test('a conditional reference finds its target, and one condition creates once however many ask', async () => {
  const { ask } = await withClinic();
  const organization = { resourceType: 'Organization', name: 'A', identifier: [{ system: 'urn:o', value: '1' }] };
  const body = bundle(
    'transaction',
    entry('POST', 'Organization', organization, { ifNoneExist: 'identifier=urn:o|1', fullUrl: URN }),
    entry('POST', 'Patient', { ...patient, managingOrganization: { reference: URN } }),
    entry('POST', 'Patient', { ...patient, managingOrganization: { reference: 'Organization?identifier=urn:o|1' } }),
  );
  const answers = await Promise.all(Array.from({ length: 16 }, () => post(ask, body)));
  for (const { status, body: text } of answers) assert.equal(status, 200, text);
  assert.equal(await count(ask, 'Organization'), 1);
  const [one] = responses((await ask('GET', '/Organization')).json);
  const id = one?.resource?.['id'];
  assert.equal((await ask('GET', `/Patient?organization=Organization/${id}&_summary=count`)).json['total'], 32);
});

test('an entry of a batch fails alone', async () => {
  const { ask } = await withClinic();
  const answered = await post(
    ask,
    bundle(
      'batch',
      entry('POST', 'Patient', { ...patient, gender: 'purple' }),
      entry('POST', 'Patient', patient),
      entry('GET', 'Patient/never'),
      entry('GET', 'Patient?_count=5'),
      entry('POST', 'Patient/a', patient),
    ),
  );
  assert.equal(answered.status, 200);
  assert.deepEqual(
    responses(answered.json).map(({ response }) => response.status.slice(0, 3)),
    ['422', '201', '404', '200', '405'],
  );
});

test('a batch of the same conditional create creates once', async () => {
  const { ask } = await withClinic();
  const one = entry(
    'POST',
    'Patient',
    { ...patient, identifier: [{ system: 'urn:mrn', value: '7' }] },
    { ifNoneExist: 'identifier=urn:mrn|7' },
  );
  const { json } = await post(ask, bundle('batch', ...Array.from({ length: 64 }, () => one)));
  assert.equal(responses(json).filter(({ response }) => response.status.startsWith('201')).length, 1);
  assert.equal(await count(ask, 'Patient'), 1);
});

test('a transaction deletes, patches and reads what it wrote', async () => {
  const { ask } = await withClinic();
  await ask('PUT', '/Patient/a', { body: { ...patient, id: 'a' } });
  await ask('PUT', '/Patient/b', { body: { ...patient, id: 'b' } });
  const patch = {
    resourceType: 'Binary',
    contentType: 'application/json-patch+json',
    data: Buffer.from('[{"op":"replace","path":"/active","value":false}]').toString('base64'),
  };
  const { json, status } = await post(
    ask,
    bundle(
      'transaction',
      entry('GET', 'Patient/b'),
      entry('GET', 'Patient'),
      entry('PATCH', 'Patient/b', patch),
      entry('DELETE', 'Patient/a'),
    ),
    { prefer: 'return=representation' },
  );
  assert.equal(status, 200);
  const [read, found, patched, gone] = responses(json);
  assert.equal(read?.resource?.['active'], false);
  assert.equal(patched?.resource?.['active'], false);
  assert.equal(gone?.response.status, '204 No Content');
  assert.equal((found?.resource?.['entry'] as unknown[] | undefined)?.length, 1);
});

test('a transaction of 5,000 entries is stored', async () => {
  const { ask } = await withClinic();
  const many = Array.from({ length: 5_000 }, () => entry('POST', 'Patient', patient));
  assert.equal((await post(ask, bundle('transaction', ...many))).status, 200);
  assert.equal(await count(ask, 'Patient'), 5_000);
  assert.equal((await post(ask, bundle('collection', ...many.slice(0, 1)))).status, 422);
  assert.ok(BASE.length > 0);
});
