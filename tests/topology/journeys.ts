// What a clinic does with Polyclinic, told once and tried in every topology: nobody can tell from outside how many
// processes answer.
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { systemToken } from '@polyclinic/testing';
import type { Topology } from './topology.ts';

type Json = Record<string, unknown>;
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}
interface Entry {
  readonly resource: Json;
  readonly search?: { readonly mode: string };
  readonly response?: { readonly status: string; readonly location?: string };
}

const entriesOf = ({ body }: Answer): Entry[] => (body['entry'] as Entry[] | undefined) ?? [];
const idOf = ({ body }: Answer): string => String(body['id']);

export function journeys(name: string, start: () => Promise<Topology>): void {
  describe(name, () => {
    let topology: Topology;
    let token: string;
    before(async () => {
      topology = await start();
      token = await systemToken(topology.url);
    });
    after(() => topology?.stop());

    const ask = async (
      method: string,
      path: string,
      body?: unknown,
      headers: Record<string, string> = {},
    ): Promise<Answer> => {
      const answer = await fetch(`${topology.url}/fhir/R4${path}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json', ...headers },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, headers: answer.headers, body: text === '' ? {} : (JSON.parse(text) as Json) };
    };
    const create = async (resource: Json): Promise<string> => {
      const answer = await ask('POST', `/${resource['resourceType']}`, resource);
      assert.equal(answer.status, 201, JSON.stringify(answer.body));
      return idOf(answer);
    };

    test('nobody comes in without a token, and what is open stays open', async () => {
      for (const path of ['/fhir/R4/Patient', '/fhir/R4', '/fhir/R4/Patient/x/_history', '/fhir/other', '/api/v1/x']) {
        const answer = await fetch(topology.url + path);
        assert.equal(answer.status, 401, path);
        assert.match(answer.headers.get('www-authenticate') ?? '', /^Bearer/);
        if (path.startsWith('/fhir')) assert.match(await answer.text(), /"OperationOutcome"/);
      }
      const forged = await fetch(`${topology.url}/fhir/R4/Patient`, { headers: { authorization: `Bearer ${token}x` } });
      assert.equal(forged.status, 401);
      for (const path of [
        '/fhir/R4/metadata',
        '/fhir/R4/.well-known/smart-configuration',
        '/.well-known/openid-configuration',
        '/health/live',
        '/health/ready',
        '/metrics',
        '/catalog',
        '/',
      ])
        assert.equal((await fetch(topology.url + path)).status, 200, path);
      assert.equal((await fetch(`${topology.url}/nowhere`)).status, 404);
    });

    test('every service is present and healthy', async () => {
      const { services } = (await (await fetch(`${topology.url}/catalog`)).json()) as {
        services: { healthy: boolean }[];
      };
      assert.equal(services.length, 13);
      assert.ok(services.every(({ healthy }) => healthy));
    });

    test('a resource is created, read, changed, walked through its history and deleted', async () => {
      const id = await create({ resourceType: 'Patient', name: [{ family: 'Journey' }] });
      const first = await ask('GET', `/Patient/${id}`);
      assert.equal(first.headers.get('etag'), 'W/"1"');
      const changed = { ...first.body, active: true };
      assert.equal((await ask('PUT', `/Patient/${id}`, changed, { 'if-match': 'W/"1"' })).status, 200);
      assert.equal((await ask('PUT', `/Patient/${id}`, changed, { 'if-match': 'W/"1"' })).status, 412);
      const patched = await ask('PATCH', `/Patient/${id}`, [{ op: 'replace', path: '/active', value: false }], {
        'content-type': 'application/json-patch+json',
      });
      assert.equal(patched.body['active'], false);
      assert.equal(entriesOf(await ask('GET', `/Patient/${id}/_history`)).length, 3);
      assert.equal((await ask('GET', `/Patient/${id}/_history/2`)).body['active'], true);
      assert.equal((await ask('DELETE', `/Patient/${id}`)).status, 204);
      assert.equal((await ask('GET', `/Patient/${id}`)).status, 410);
      assert.equal((await ask('GET', '/Patient/never-was')).status, 404);
    });

    test('a decimal comes back as it was sent', async () => {
      const patient = await create({ resourceType: 'Patient' });
      const posted = await ask(
        'POST',
        '/Observation',
        `{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/${patient}"},"valueQuantity":{"value":1.10}}`,
      );
      const answer = await fetch(`${topology.url}/fhir/R4/Observation/${idOf(posted)}`, {
        headers: { authorization: `Bearer ${token}` },
      });
      assert.match(await answer.text(), /"value":1\.10\}/);
    });

    test('what is wrong is refused with the element named', async () => {
      const wrong = await ask('POST', '/Encounter', { resourceType: 'Encounter', status: 'nonsense', class: {} });
      assert.ok(wrong.status >= 400 && wrong.status < 500, String(wrong.status));
      assert.match(JSON.stringify(wrong.body), /Encounter\.status/);
      assert.equal((await ask('POST', '/Encounter', '{"resourceType":')).status, 400);
    });

    test('searches reach over the borders between owners: chain, _has, _include, _revinclude', async () => {
      const mark = randomUUID();
      const practitioner = await create({ resourceType: 'Practitioner', name: [{ family: `Doctor ${mark}` }] });
      const patient = await create({
        resourceType: 'Patient',
        name: [{ family: `Patient ${mark}` }],
        generalPractitioner: [{ reference: `Practitioner/${practitioner}` }],
      });
      const encounter = await create({
        resourceType: 'Encounter',
        status: 'finished',
        class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
        subject: { reference: `Patient/${patient}` },
        participant: [{ individual: { reference: `Practitioner/${practitioner}` } }],
      });
      const family = encodeURIComponent(`Patient ${mark}`);
      const doctor = encodeURIComponent(`Doctor ${mark}`);
      const found = async (path: string) => entriesOf(await ask('GET', path)).map(({ resource }) => resource['id']);
      assert.deepEqual(await found(`/Encounter?subject:Patient.family=${family}`), [encounter]);
      assert.deepEqual(await found(`/Patient?general-practitioner:Practitioner.family=${doctor}`), [patient]);
      assert.deepEqual(await found(`/Patient?_has:Encounter:subject:status=finished&family=${family}`), [patient]);
      assert.deepEqual(await found(`/Patient?_has:Encounter:subject:status=planned&family=${family}`), []);
      const included = await found(
        `/Encounter?_id=${encounter}&_include=Encounter:subject&_include=Encounter:participant`,
      );
      assert.deepEqual(included.sort(), [encounter, patient, practitioner].sort());
      const back = await found(`/Patient?_id=${patient}&_revinclude=Encounter:subject`);
      assert.deepEqual(back.sort(), [encounter, patient].sort());
      const everything = await found(`/Patient/${patient}/$everything`);
      assert.ok(everything.includes(encounter) && everything.includes(patient), JSON.stringify(everything));
    });

    test('pages walk over every match once', async () => {
      const mark = randomUUID();
      for (let n = 0; n < 5; n += 1)
        await create({ resourceType: 'Practitioner', identifier: [{ system: 'urn:test', value: mark }] });
      const seen: unknown[] = [];
      let path: string | undefined = `/Practitioner?identifier=urn:test|${mark}&_count=2`;
      while (path !== undefined) {
        const page: Answer = await ask('GET', path);
        seen.push(...entriesOf(page).map(({ resource }) => resource['id']));
        const links = page.body['link'] as { relation: string; url: string }[];
        path = links.find(({ relation }) => relation === 'next')?.url.slice(`${topology.url}/fhir/R4`.length);
      }
      assert.equal(seen.length, 5);
      assert.equal(new Set(seen).size, 5);
    });

    test('a condition creates one, however many ask at once', async () => {
      const system = `urn:test:${randomUUID()}`;
      const organization = { resourceType: 'Organization', identifier: [{ system, value: '1' }], name: 'Once' };
      const answers = await Promise.all(
        Array.from({ length: 16 }, () =>
          ask('POST', '/Organization', organization, { 'if-none-exist': `identifier=${system}|1` }),
        ),
      );
      assert.equal(
        answers.filter(({ status }) => status === 201).length,
        1,
        answers.map(({ status }) => status).join(),
      );
      assert.equal(answers.filter(({ status }) => status === 200).length, 15);
    });

    const visitBundle = (mark: string, status: string) => ({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        {
          fullUrl: 'urn:uuid:8f6c1c1e-0000-4000-8000-000000000001',
          resource: { resourceType: 'Patient', identifier: [{ system: 'urn:test', value: mark }] },
          request: { method: 'POST', url: 'Patient' },
        },
        {
          fullUrl: 'urn:uuid:8f6c1c1e-0000-4000-8000-000000000002',
          resource: { resourceType: 'Organization', name: mark, identifier: [{ system: 'urn:test', value: mark }] },
          request: { method: 'POST', url: 'Organization', ifNoneExist: `identifier=urn:test|${mark}` },
        },
        {
          fullUrl: 'urn:uuid:8f6c1c1e-0000-4000-8000-000000000003',
          resource: {
            resourceType: 'Encounter',
            status,
            class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
            identifier: [{ system: 'urn:test', value: mark }],
            subject: { reference: 'urn:uuid:8f6c1c1e-0000-4000-8000-000000000001' },
            serviceProvider: { reference: `Organization?identifier=urn:test|${mark}` },
          },
          request: { method: 'POST', url: 'Encounter' },
        },
      ],
    });
    const countOf = async (type: string, mark: string) =>
      (await ask('GET', `/${type}?identifier=urn:test|${mark}&_total=accurate`)).body['total'];

    test('a transaction over several owners is stored whole, its links rewired', async () => {
      const mark = randomUUID();
      const stored = await ask('POST', '', visitBundle(mark, 'finished'));
      assert.equal(stored.status, 200, JSON.stringify(stored.body));
      assert.deepEqual(
        entriesOf(stored).map(({ response }) => response?.status.slice(0, 3)),
        ['201', '201', '201'],
      );
      const [encounter] = entriesOf(await ask('GET', `/Encounter?identifier=urn:test|${mark}`));
      assert.match(JSON.stringify(encounter?.resource['subject']), /"Patient\/[\w-]+"/);
      assert.match(JSON.stringify(encounter?.resource['serviceProvider']), /"Organization\/[\w-]+"/);
      for (const type of ['Patient', 'Organization', 'Encounter']) assert.equal(await countOf(type, mark), 1, type);
    });

    test('a transaction with one bad entry leaves nothing with any owner', async () => {
      const mark = randomUUID();
      const refused = await ask('POST', '', visitBundle(mark, 'nonsense'));
      assert.ok(refused.status >= 400 && refused.status < 500, String(refused.status));
      assert.equal(refused.body['resourceType'], 'OperationOutcome');
      for (const type of ['Patient', 'Organization', 'Encounter']) assert.equal(await countOf(type, mark), 0, type);
    });

    test('a batch answers each entry by itself', async () => {
      const answer = await ask('POST', '', {
        resourceType: 'Bundle',
        type: 'batch',
        entry: [
          { request: { method: 'GET', url: 'Patient/harbor-ana' } },
          { request: { method: 'GET', url: 'Practitioner/nobody-here' } },
          { resource: { resourceType: 'Location', name: 'Room' }, request: { method: 'POST', url: 'Location' } },
        ],
      });
      assert.deepEqual(
        entriesOf(answer).map(({ response }) => response?.status.slice(0, 3)),
        ['200', '404', '201'],
      );
    });

    test('the history of everything is told by all owners', async () => {
      const answer = await ask('GET', '/_history?_count=10');
      assert.equal(answer.status, 200, JSON.stringify(answer.body));
      assert.equal(entriesOf(answer).length, 10);
    });
  });
}
