// What must never break anything: every answer 4xx with an OperationOutcome that names the element, nothing stored.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { Answer, FhirClient } from './client.ts';
import { issueOf } from './client.ts';

const BODIES: readonly (readonly [what: string, body: string])[] = [
  ['nothing', ''],
  ['no JSON', 'hello'],
  ['truncated', '{"resourceType":"Patient","name":[{"fam'],
  ['trailing garbage', '{"resourceType":"Patient"}}'],
  ['an array', '[]'],
  ['null', 'null'],
  ['a duplicate key', '{"resourceType":"Patient","active":true,"active":false}'],
  ['a duplicate key, escaped', '{"resourceType":"Patient","active":true,"\\u0061ctive":false}'],
  ['depth', `{"resourceType":"Patient","extension":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ['depth, unclosed', '{"a":'.repeat(100_000)],
  ['NUL', '{"resourceType":"Patient","name":[{"family":"a\\u0000b"}]}'],
  ['raw NUL', '{"resourceType":"Patient","name":[{"family":"a\u0000b"}]}'],
  ['lone surrogate', '{"resourceType":"Patient","name":[{"family":"a\\ud800b"}]}'],
  ['byte order mark', '\ufeff{"resourceType":"Patient"}'],
  ['single quotes', "{'resourceType':'Patient'}"],
  ['NaN', '{"resourceType":"Patient","multipleBirthInteger":NaN}'],
  ['a million digits', `{"resourceType":"Patient","multipleBirthInteger":${'9'.repeat(1_000_000)}}`],
];

const ELEMENTS: readonly (readonly [element: string, patient: object])[] = [
  ['Patient.active', { active: 'yes' }],
  ['Patient.birthDate', { birthDate: '1980-02-30' }],
  ['Patient.birthDate', { birthDate: 19800201 }],
  ['Patient.gender', { gender: 'none' }],
  ['Patient.name', { name: { family: 'X' } }],
  ['Patient.name[0].family', { name: [{ family: ['X'] }] }],
  ['Patient.name[0].given[1]', { name: [{ given: ['a', ''] }] }],
  ['Patient.nickname', { nickname: 'X' }],
  [
    'Patient.contact[0].telecom[0].system',
    { contact: [{ name: { text: 'x' }, telecom: [{ system: 'pigeon', value: 'x' }] }] },
  ],
  ['Patient.managingOrganization', { managingOrganization: { reference: 'Patient/x' } }],
  ['Patient.deceased', { deceasedBoolean: false, deceasedDateTime: '2020' }],
  ['Patient.multipleBirth', { multipleBirthInteger: 1.5 }],
  ['Patient.identifier', { identifier: [] }],
  ['Patient.maritalStatus', { maritalStatus: {} }],
  ['Patient.active', { active: null }],
  ['Patient.contact[0]', { contact: [{ gender: 'male' }] }],
];

const SEARCHES = [
  'birthdate=ge',
  'birthdate=2020-13-45',
  'birthdate=xx2020',
  'birthdate=2020-01-01T99:99',
  '_lastUpdated=yesterday',
  '_count=-1',
  '_count=many',
  '_sort=nothing-known',
  '_cursor=abc',
  '_total=perhaps',
  '_summary=half',
  '_has:Observation',
  '_has:Nothing:patient:code=x',
  '_has:Observation:nothing:code=x',
  'general-practitioner:Nothing.name=x',
  'general-practitioner.nothing=x',
  'name:strange=x',
  'birthdate:exact=2020',
  'active:contains=true',
  '_include=Nothing:subject',
  '_include=Patient:nothing',
  '_revinclude=Observation',
  'name=%00',
  'name=%ff%fe',
  'identifier=%00|x',
];

const STRANGE = [
  "'; drop table log; --",
  '%',
  '_',
  '\\',
  '\\\\',
  '$1',
  '{}',
  '{"a":1}',
  "''",
  '"',
  '|',
  '||',
  '|||',
  'a|b|c|d',
  '\\,',
  '\\$',
  '\\|',
  '$',
  '$$',
  ',',
  '​',
  '\u{1F600}',
  'İ',
  'ß',
  'ﬁ',
  '.*',
  '(a+)+$',
  '../../etc/passwd',
  '%s%n',
  '-1',
  '1e400',
  '0x10',
  'null',
  'undefined',
  '__proto__',
  'constructor',
];

export function hostile(client: () => FhirClient): void {
  const refused = (answer: Answer, what: string) => {
    assert.ok(answer.status >= 400 && answer.status < 500, `${what}: ${answer.status} ${answer.text.slice(0, 200)}`);
    assert.equal(answer.json.resourceType, 'OperationOutcome', what);
    assert.ok(issueOf(answer).diagnostics?.length > 0, `${what} says what is wrong`);
  };
  const stored = async () => (await client().get('Patient?_summary=count')).json.total as number;

  test('malformed bodies are refused and leave nothing behind', async () => {
    const before = await stored();
    for (const [what, body] of BODIES) {
      refused(await client().post('Patient', body), `create with ${what}`);
      refused(await client().send('PUT', 'Patient/hostile', body), `update with ${what}`);
      refused(await client().post('', body), `bundle of ${what}`);
    }
    assert.equal(await stored(), before);
  });

  test('a wrong element is named by its path', async () => {
    const before = await stored();
    for (const [element, part] of ELEMENTS) {
      const answer = await client().post('Patient', { resourceType: 'Patient', ...part });
      refused(answer, element);
      const named = answer.json.issue.flatMap((issue: { expression?: string[] }) => issue.expression ?? []);
      assert.ok(
        named.some((path: string) => path.startsWith(element)),
        `${element} is named, got ${named}`,
      );
    }
    assert.equal(await stored(), before);
  });

  test('one bad entry refuses a whole transaction and is named; in a batch its neighbours go on', async () => {
    const before = await stored();
    const good = { resource: { resourceType: 'Patient' }, request: { method: 'POST', url: 'Patient' } };
    const bad = {
      resource: { resourceType: 'Patient', birthDate: 'soon' },
      request: { method: 'POST', url: 'Patient' },
    };
    const answer = await client().post('', { resourceType: 'Bundle', type: 'transaction', entry: [good, bad, good] });
    refused(answer, 'transaction');
    assert.match(JSON.stringify(answer.json.issue), /entry\[1\]/);
    assert.equal(await stored(), before);
    const batch = await client().post('', { resourceType: 'Bundle', type: 'batch', entry: [good, bad, good] });
    assert.deepEqual(
      batch.json.entry.map((it: { response: { status: string } }) => it.response.status.slice(0, 3)),
      ['201', '422', '201'],
    );
    assert.equal(await stored(), before + 2);
  });

  test('an oversize body is refused early, also when it is packed', async () => {
    const huge = `{"resourceType":"Patient","name":[{"family":"${'x'.repeat(40 * 1024 * 1024)}"}]}`;
    const plain = await client()
      .post('Patient', huge)
      .catch(() => null);
    if (plain !== null) assert.equal(plain.status, 413);
    const packed = await fetch(`${client().url}/Patient`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${client().token}`,
        'content-type': 'application/fhir+json',
        'content-encoding': 'gzip',
      },
      body: gzipSync(huge),
    });
    assert.equal(packed.status, 413);
  });

  test('sixteen megabytes are not too much', async () => {
    const data = Buffer.alloc(12 * 1024 * 1024, 7).toString('base64');
    const answer = await client().post('Binary', {
      resourceType: 'Binary',
      contentType: 'application/octet-stream',
      data,
    });
    assert.equal(answer.status, 201);
    const back = await client().get(`Binary/${answer.json.id}`, { accept: 'application/fhir+json' });
    assert.equal(back.json.data, data);
  });

  test('a search that makes no sense is refused under strict handling, and never breaks', async () => {
    for (const query of SEARCHES) refused(await client().get(`Patient?${query}`, { prefer: 'handling=strict' }), query);
  });

  test('strange values are only ever values', async () => {
    for (const value of STRANGE)
      for (const name of [
        'name',
        'name:exact',
        'name:contains',
        'identifier',
        'birthdate',
        '_id',
        'general-practitioner',
        'gender',
        'gender:text',
        '_tag',
        '_source',
        '_lastUpdated',
      ]) {
        const answer = await client().get(`Patient?${name}=${encodeURIComponent(value)}&_count=2`);
        assert.ok(answer.status < 500, `${name}=${value}: ${answer.status} ${answer.text.slice(0, 200)}`);
        assert.ok(['Bundle', 'OperationOutcome'].includes(answer.json.resourceType));
      }
  });

  test('an unknown parameter is refused under strict handling and reported otherwise', async () => {
    refused(await client().get('Patient?favourite-colour=blue', { prefer: 'handling=strict' }), 'strict');
    const lenient = await client().get('Patient?favourite-colour=blue&_count=1');
    assert.equal(lenient.status, 200);
    const outcome = lenient.json.entry.find((it: { search: { mode: string } }) => it.search.mode === 'outcome');
    assert.match(JSON.stringify(outcome), /favourite-colour/);
    assert.doesNotMatch(lenient.json.link[0].url, /favourite-colour/);
  });

  test('decimals come back digit for digit', async () => {
    const values = ['1.10', '0.000000000000000001', '12345678901234567890.5', '1e2', '-0.0'];
    for (const value of values) {
      const sent = `{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":${value}}}`;
      const made = await client().post('Observation', sent);
      assert.equal(made.status, 201, value);
      assert.ok((await client().get(`Observation/${made.json.id}`)).text.includes(`"value":${value}}`), value);
    }
  });

  test('ids and versions of every kind are only ever looked up', async () => {
    for (const path of [
      'Patient/%00',
      'Patient/a%20b',
      `Patient/${'x'.repeat(65)}`,
      'Patient/..%2f..',
      'Patient/x/_history/0',
      'Patient/x/_history/1e9',
      'Patient/x/_history/99999999999999999999',
      'Patient/-/$nothing',
      '%ff',
      'Patient/%ff',
      'Patient//',
      '//Patient',
    ]) {
      const answer = await client().get(path);
      assert.ok(answer.status >= 400 && answer.status < 500, `${path}: ${answer.status}`);
    }
  });
}
