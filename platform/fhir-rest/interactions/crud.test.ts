// Create, read, update and delete as a client meets them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BASE, withClinic } from '../clinic.test-data.ts';

const WEIGHT =
  '{"resourceType":"Observation","status":"final","code":{"text":"weight"},"valueQuantity":{"value":72.10,"unit":"kg"}}';

test('a created resource is read as it was sent, digit for digit', async () => {
  const { ask } = await withClinic();
  const created = await ask('POST', '/Observation', { body: WEIGHT });
  assert.equal(created.status, 201);
  assert.match(created.headers['location'] ?? '', new RegExp(`^${BASE}/Observation/[^/]+/_history/1$`));
  assert.equal(created.headers['etag'], 'W/"1"');
  const id = created.json['id'];
  const read = await ask('GET', `/Observation/${id}`);
  assert.equal(read.status, 200);
  assert.ok(read.body.includes('"value":72.10'));
  assert.equal(read.body, created.body);
  assert.equal((await ask('HEAD', `/Observation/${id}`)).body, '');
  assert.equal((await ask('GET', `/Observation/${id}/_history/1`)).body, read.body);
  assert.equal((await ask('GET', `/Observation/${id}/_history/2`)).status, 404);
});

test('an unchanged resource is not sent again', async () => {
  const { ask } = await withClinic();
  await ask('PUT', '/Patient/a', { body: { resourceType: 'Patient', id: 'a' } });
  assert.equal((await ask('GET', '/Patient/a', { headers: { 'if-none-match': 'W/"1"' } })).status, 304);
  assert.equal((await ask('GET', '/Patient/a', { headers: { 'if-none-match': 'W/"2"' } })).status, 200);
  const later = new Date(Date.now() + 5_000).toUTCString();
  assert.equal((await ask('GET', '/Patient/a', { headers: { 'if-modified-since': later } })).status, 304);
  assert.equal(
    (await ask('GET', '/Patient/a', { headers: { 'if-modified-since': 'Mon, 01 Jan 2001 00:00:00 GMT' } })).status,
    200,
  );
});

test('an update names its version, or comes too late', async () => {
  const { ask } = await withClinic();
  const body = { resourceType: 'Patient', id: 'a', active: true };
  assert.equal((await ask('PUT', '/Patient/a', { body })).status, 201);
  const updated = await ask('PUT', '/Patient/a', {
    body: { ...body, active: false },
    headers: { 'if-match': 'W/"1"' },
  });
  assert.equal(updated.status, 200);
  assert.equal(updated.headers['etag'], 'W/"2"');
  const late = await ask('PUT', '/Patient/a', { body, headers: { 'if-match': 'W/"1"' } });
  assert.equal(late.status, 412);
  assert.equal(late.json['resourceType'], 'OperationOutcome');
  assert.equal((await ask('PUT', '/Patient/a', { body, headers: { 'if-match': 'one' } })).status, 400);
});

test('of 64 updates of one version exactly one goes through', async () => {
  const { ask } = await withClinic();
  const body = { resourceType: 'Patient', id: 'a' };
  await ask('PUT', '/Patient/a', { body });
  const answers = await Promise.all(
    Array.from({ length: 64 }, () => ask('PUT', '/Patient/a', { body, headers: { 'if-match': 'W/"1"' } })),
  );
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, ...Array.from({ length: 63 }, () => 412)]);
});

test('a deleted resource is gone, but was there', async () => {
  const { ask } = await withClinic();
  await ask('PUT', '/Patient/a', { body: { resourceType: 'Patient', id: 'a' } });
  assert.equal((await ask('DELETE', '/Patient/a')).status, 204);
  assert.equal((await ask('DELETE', '/Patient/a')).status, 204);
  assert.equal((await ask('DELETE', '/Patient/never')).status, 204);
  assert.equal((await ask('GET', '/Patient/a')).status, 410);
  assert.equal((await ask('GET', '/Patient/never')).status, 404);
  assert.equal((await ask('GET', '/Patient/a/_history/2')).status, 410);
  const history = await ask('GET', '/Patient/a/_history');
  assert.deepEqual(
    (history.json['entry'] as { request: { method: string } }[]).map(({ request }) => request.method),
    ['DELETE', 'POST'],
  );
  assert.equal((await ask('GET', '/Patient/never/_history')).status, 404);
});

test('what does not fit is refused with an outcome, and nothing is stored', async () => {
  const { ask, defects } = await withClinic();
  const bad: [number, string, string, unknown, Record<string, string>?][] = [
    [400, 'POST', '/Patient', '{"resourceType":"Patient"'],
    [400, 'POST', '/Patient', '{"resourceType":"Patient","active":true,"active":false}'],
    [400, 'POST', '/Patient', { resourceType: 'Observation' }],
    [400, 'PUT', '/Patient/a', { resourceType: 'Patient', id: 'b' }],
    [400, 'PUT', '/Patient/a', { resourceType: 'Patient' }],
    [400, 'POST', '/Patient', { resourceType: 'Patient', shoeSize: 43 }],
    [415, 'POST', '/Patient', '<Patient/>', { 'content-type': 'application/fhir+xml' }],
    [406, 'GET', '/Patient/a', undefined, { accept: 'application/fhir+xml' }],
    [406, 'GET', '/Patient/a?_format=xml', undefined],
    [404, 'GET', '/Nothing/a', undefined],
    [404, 'GET', '/Patient/a/$nonsense', undefined],
    [405, 'POST', '/Patient/a', { resourceType: 'Patient' }],
  ];
  for (const [status, method, url, body, headers] of bad) {
    const answered = await ask(method, url, { ...(body === undefined ? {} : { body }), ...(headers && { headers }) });
    assert.equal(answered.status, status, `${method} ${url} ${answered.body}`);
    assert.equal(answered.json['resourceType'], 'OperationOutcome');
    if (status === 405) assert.equal(answered.headers['allow'], 'GET, PUT, PATCH, DELETE, HEAD');
  }
  assert.equal((await ask('GET', '/Patient?_summary=count')).json['total'], 0);
  assert.deepEqual(defects, []);
});

test('the client says how much of the answer it wants', async () => {
  const { ask } = await withClinic();
  const body = { resourceType: 'Patient' };
  assert.equal((await ask('POST', '/Patient', { body, headers: { prefer: 'return=minimal' } })).body, '');
  const outcome = await ask('POST', '/Patient', { body, headers: { prefer: 'return=OperationOutcome' } });
  assert.equal(outcome.json['resourceType'], 'OperationOutcome');
  assert.match((await ask('POST', '/Patient?_pretty=true', { body })).body, /^\{\n {2}"resourceType": "Patient"/);
});

test('a summary keeps what identifies a resource and says that it is one', async () => {
  const { ask } = await withClinic();
  const body = {
    resourceType: 'Patient',
    id: 'a',
    active: true,
    gender: 'female',
    contact: [{ name: { text: 'a friend' } }],
  };
  await ask('PUT', '/Patient/a', { body });
  const summary = (await ask('GET', '/Patient/a?_summary=true')).json;
  assert.equal(summary['active'], true);
  assert.equal(summary['contact'], undefined);
  assert.equal((summary['meta'] as { tag: { code: string }[] }).tag[0]?.code, 'SUBSETTED');
  const elements = (await ask('GET', '/Patient/a?_elements=gender')).json;
  assert.deepEqual(Object.keys(elements).sort(), ['gender', 'id', 'meta', 'resourceType']);
});

test('the capabilities name every type and what is done with it', async () => {
  const { ask } = await withClinic();
  const { json } = await ask('GET', '/metadata');
  const [rest] = json['rest'] as { resource: { type: string; interaction: unknown[] }[] }[];
  assert.equal(rest?.resource.length, 146);
  assert.equal((await ask('GET', '/metadata?mode=terminology')).status, 501);
});
