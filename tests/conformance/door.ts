// Who may come in at all, and what is open to everyone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FhirClient } from './client.ts';
import { issueOf } from './client.ts';

export function door(client: () => FhirClient): void {
  test('metadata, discovery and health are open; everything else asks for a token', async () => {
    const { url } = client();
    const origin = url.replace('/fhir/R4', '');
    for (const path of [
      '/fhir/R4/metadata',
      '/fhir/R4/.well-known/smart-configuration',
      '/.well-known/openid-configuration',
      '/health/live',
      '/health/ready',
    ])
      assert.equal((await fetch(`${origin}${path}`)).status, 200, path);
    for (const path of [
      '/fhir/R4/Patient',
      '/fhir/R4/Patient/harbor-ana',
      '/fhir/R4/Patient/harbor-ana/_history',
      '/fhir/R4',
      '/fhir/R4/_history',
      '/api/v1/anything',
    ]) {
      const answer = await fetch(`${origin}${path}`);
      assert.equal(answer.status, 401, path);
      assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/);
    }
  });

  test('a token that was tampered with is refused', async () => {
    const { url, token } = client();
    const [head, body, signature] = token.split('.') as [string, string, string];
    const forged = Buffer.from(
      JSON.stringify({ ...JSON.parse(Buffer.from(body, 'base64url').toString()), clinic: 2 }),
    ).toString('base64url');
    for (const bad of [`${head}.${forged}.${signature}`, `${head}.${body}.`, 'nonsense'])
      assert.equal((await fetch(`${url}/Patient`, { headers: { authorization: `Bearer ${bad}` } })).status, 401);
  });

  test('the demo clinic is there, and the other clinic is not to be seen', async () => {
    assert.equal((await client().get('Patient/harbor-ana')).status, 200);
    assert.equal((await client().get('Patient/linden-001')).status, 404);
    const found = await client().walk('Patient?_count=50&_elements=id');
    assert.ok(found.every(({ resource }) => !resource.id.startsWith('linden-')));
  });

  test('metadata tells every type, and what it tells can be searched', async () => {
    const { json } = await client().get('metadata');
    assert.equal(json.resourceType, 'CapabilityStatement');
    const types = json.rest[0].resource;
    assert.ok(types.length >= 145);
    for (const { type, searchParam } of types)
      for (const { name, type: kind } of searchParam ?? []) {
        if (kind === 'special' || kind === 'composite') continue;
        const value = { date: '2020', number: '1', quantity: '1', reference: 'x', uri: 'urn:x' }[kind as 'date'] ?? 'x';
        const answer = await client().get(`${type}?${name}=${value}&_count=1`, { prefer: 'handling=strict' });
        assert.equal(answer.status, 200, `${type}?${name}=${value}: ${answer.text.slice(0, 300)}`);
      }
  });

  test('XML is declined both ways, with an OperationOutcome', async () => {
    const accept = await client().get('Patient', { accept: 'application/fhir+xml' });
    assert.equal(accept.status, 406);
    const content = await client().post('Patient', '<Patient/>', { 'content-type': 'application/fhir+xml' });
    assert.equal(content.status, 415);
    assert.equal(content.json.resourceType, 'OperationOutcome');
    assert.equal((await client().get('Patient?_format=xml')).status, 406);
  });

  test('an unknown type is not found, an unknown method not allowed', async () => {
    const type = await client().get('Nothing');
    assert.equal(type.status, 404);
    assert.ok(issueOf(type).diagnostics);
    assert.equal((await client().send('PUT', 'Patient/_search', {})).status >= 400, true);
  });
}
