// Search as the specification tells it, on a small family of resources with known answers. http://hl7.org/fhir/R4/search.html
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { FhirClient, Json } from './client.ts';

const SYSTEM = 'urn:search-suite';
const own = { meta: { tag: [{ system: SYSTEM, code: 'suite' }] } };
const loinc = (code: string, display: string) => ({
  coding: [{ system: 'http://loinc.org', code, display }],
  text: display,
});
const grams = (value: number, unit = 'g') => ({ value, unit, system: 'http://unitsofmeasure.org', code: unit });
const ref = (reference: string) => ({ reference });

const RESOURCES: Json[] = [
  { resourceType: 'Organization', id: 's-org-top', name: 'Grand Süd Hospital' },
  { resourceType: 'Organization', id: 's-org', name: 'South Ward', partOf: ref('Organization/s-org-top') },
  { resourceType: 'Practitioner', id: 's-doc', name: [{ family: 'Healer', given: ['Dora'] }] },
  {
    resourceType: 'Patient',
    id: 's-ada',
    gender: 'female',
    birthDate: '1980-02-29',
    active: true,
    identifier: [
      {
        system: 'urn:mrn',
        value: 'A-1',
        type: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'MR' }] },
      },
    ],
    name: [{ family: 'Löwe-Müller', given: ['Ada', 'Maria'] }],
    managingOrganization: ref('Organization/s-org'),
    generalPractitioner: [ref('Practitioner/s-doc')],
    telecom: [{ system: 'phone', value: '+1-202-555-0100' }],
  },
  {
    resourceType: 'Patient',
    id: 's-bob',
    gender: 'male',
    birthDate: '1980-03',
    identifier: [{ system: 'urn:mrn', value: 'B-2' }],
    name: [{ family: 'Lowenstein', given: ['Bob'] }],
    managingOrganization: ref('Organization/s-org-top'),
  },
  {
    resourceType: 'Patient',
    id: 's-cyd',
    birthDate: '1980',
    identifier: [{ value: 'A-1' }],
    name: [{ text: 'Cyd 100%_sure' }],
  },
  {
    resourceType: 'Encounter',
    id: 's-enc',
    status: 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    subject: ref('Patient/s-ada'),
    period: { start: '2020-05-01T09:00:00Z', end: '2020-05-01T10:00:00Z' },
    participant: [{ individual: ref('Practitioner/s-doc') }],
  },
  {
    resourceType: 'Observation',
    id: 's-weight',
    status: 'final',
    code: loinc('29463-7', 'Body weight'),
    subject: ref('Patient/s-ada'),
    encounter: ref('Encounter/s-enc'),
    effectiveDateTime: '2020-05-01T09:10:00Z',
    valueQuantity: grams(70.5, 'kg'),
  },
  {
    resourceType: 'Observation',
    id: 's-dose',
    status: 'amended',
    code: {
      coding: [
        { system: 'urn:a', code: 'dose' },
        { system: 'urn:b', code: 'dose' },
      ],
      text: 'Head dose',
    },
    subject: ref('Patient/s-ada'),
    effectiveDateTime: '2020-05-02',
    valueQuantity: grams(5.4, 'mg'),
  },
  {
    resourceType: 'Observation',
    id: 's-bp',
    status: 'final',
    code: loinc('85354-9', 'Blood pressure'),
    subject: ref('Patient/s-bob'),
    effectivePeriod: { start: '2020-05-03' },
    component: [
      { code: loinc('8480-6', 'Systolic'), valueQuantity: grams(128, 'mm[Hg]') },
      { code: loinc('8462-4', 'Diastolic'), valueQuantity: grams(82, 'mm[Hg]') },
    ],
  },
  {
    resourceType: 'Observation',
    id: 's-none',
    status: 'final',
    code: { text: 'nothing measured' },
    subject: ref('Patient/s-bob'),
  },
  {
    resourceType: 'RiskAssessment',
    id: 's-risk',
    status: 'final',
    subject: ref('Patient/s-ada'),
    prediction: [{ probabilityDecimal: 0.25 }],
  },
  {
    resourceType: 'List',
    id: 's-list',
    status: 'current',
    mode: 'working',
    entry: [{ item: ref('Patient/s-ada') }, { item: ref('Patient/s-cyd') }],
  },
  { resourceType: 'ValueSet', id: 's-vs', url: 'http://example.org/fhir/ValueSet/deep/one', status: 'draft' },
];

/** Query and the ids (without the leading `s-`) it must find, in any order. */
const FOUND: readonly (readonly [query: string, ids: string])[] = [
  ['Patient?family=lowe', 'ada bob'],
  ['Patient?family=LÖWE', 'ada bob'],
  ['Patient?family:exact=Lowenstein', 'bob'],
  ['Patient?family:exact=lowenstein', ''],
  ['Patient?family:contains=muller', 'ada'],
  ['Patient?name=ada', 'ada'],
  ['Patient?name=maria', 'ada'],
  ['Patient?name:contains=100%25_', 'cyd'],
  ['Patient?name:contains=1000', ''],
  ['Patient?given=ada&given=maria', 'ada'],
  ['Patient?given=ada,bob', 'ada bob'],
  ['Patient?identifier=A-1', 'ada cyd'],
  ['Patient?identifier=urn:mrn|A-1', 'ada'],
  ['Patient?identifier=|A-1', 'cyd'],
  ['Patient?identifier=urn:mrn|', 'ada bob'],
  ['Patient?identifier:of-type=http://terminology.hl7.org/CodeSystem/v2-0203|MR|A-1', 'ada'],
  ['Patient?identifier:not=urn:mrn|A-1', 'bob cyd'],
  ['Patient?gender=female', 'ada'],
  ['Patient?gender:not=female', 'bob cyd'],
  ['Patient?gender:missing=true', 'cyd'],
  ['Patient?gender:missing=false', 'ada bob'],
  ['Patient?active=true', 'ada'],
  ['Patient?birthdate=1980-02-29', 'ada'],
  ['Patient?birthdate=1980-03', 'bob'],
  ['Patient?birthdate=1980', 'ada bob cyd'],
  ['Patient?birthdate=gt1980-03-01', 'bob cyd'],
  ['Patient?birthdate=ge1980-04-01', 'cyd'],
  ['Patient?birthdate=lt1980-03', 'ada cyd'],
  ['Patient?birthdate=sa1980-02-29', 'bob'],
  ['Patient?birthdate=eb1980-03', 'ada'],
  ['Patient?birthdate=ne1980-02-29', 'bob cyd'],
  ['Patient?phone=%2B1-202-555-0100', 'ada'],
  ['Patient?organization=Organization/s-org', 'ada'],
  ['Patient?organization=s-org-top', 'bob'],
  ['Patient?organization.name=south', 'ada'],
  ['Patient?organization:Organization.partof.name=grand', 'ada'],
  ['Patient?general-practitioner:Practitioner.family=healer', 'ada'],
  ['Patient?general-practitioner.family=healer', 'ada'],
  ['Patient?_has:Observation:patient:code=29463-7', 'ada'],
  ['Patient?_has:Observation:subject:component-code=8480-6', 'bob'],
  ['Patient?_has:Encounter:patient:_has:Observation:encounter:code=29463-7', 'ada'],
  ['Patient?_id=s-ada,s-bob', 'ada bob'],
  ['Patient?_id=s-nobody', ''],
  ['Patient?_list=s-list', 'ada cyd'],
  ['Observation?code=29463-7', 'weight'],
  ['Observation?code=http://loinc.org|29463-7', 'weight'],
  ['Observation?code=urn:b|dose', 'dose'],
  ['Observation?code=dose', 'dose'],
  ['Observation?code=http://loinc.org|', 'weight bp'],
  ['Observation?code:text=head', 'dose'],
  ['Observation?code:text=body w', 'weight'],
  ['Observation?code:not=http://loinc.org|29463-7', 'dose bp none'],
  ['Observation?status=final&code=29463-7,dose', 'weight'],
  ['Observation?value-quantity=70.5', 'weight'],
  ['Observation?value-quantity=70', ''],
  ['Observation?value-quantity=gt70', 'weight'],
  ['Observation?value-quantity=5.4||mg', 'dose'],
  ['Observation?value-quantity=5.4|http://unitsofmeasure.org|mg', 'dose'],
  ['Observation?value-quantity=0.0054|http://unitsofmeasure.org|g', 'dose'],
  ['Observation?value-quantity=gt70000|http://unitsofmeasure.org|g', 'weight'],
  ['Observation?value-quantity=ap72', 'weight'],
  ['Observation?value-quantity=lt6||kg', ''],
  ['Observation?code-value-quantity=http://loinc.org|29463-7$gt70', 'weight'],
  ['Observation?component-code-value-quantity=8480-6$128', 'bp'],
  ['Observation?component-code-value-quantity=8480-6$82', ''],
  ['Observation?combo-code-value-quantity=8462-4$lt90', 'bp'],
  ['Observation?combo-code=8480-6', 'bp'],
  ['Observation?combo-value-quantity=128', 'bp'],
  ['Observation?date=2020-05-01', 'weight'],
  ['Observation?date=ge2020-05-02', 'dose bp'],
  ['Observation?date=2020-05', 'weight dose'],
  ['Observation?date:missing=true', 'none'],
  ['Observation?date=gt2030', 'bp'],
  ['Observation?date=lt2020-05-02', 'weight'],
  ['Observation?patient=s-ada', 'weight dose'],
  ['Observation?subject:Patient=s-bob', 'bp none'],
  ['Observation?subject=Patient/s-bob', 'bp none'],
  ['Observation?patient.birthdate=1980-03', 'bp none'],
  ['Observation?patient.identifier=urn:mrn|A-1', 'weight dose'],
  ['Observation?encounter.participant:Practitioner.family=healer', 'weight'],
  ['Observation?encounter:missing=false', 'weight'],
  ['Observation?subject:Patient.organization.name=grand', 'bp none'],
  ['RiskAssessment?probability=0.25', 'risk'],
  ['RiskAssessment?probability=gt0.2', 'risk'],
  ['RiskAssessment?probability=lt0.2', ''],
  ['ValueSet?url=http://example.org/fhir/ValueSet/deep/one', 'vs'],
  ['ValueSet?url:below=http://example.org/fhir/', 'vs'],
  ['ValueSet?url:above=http://example.org/fhir/ValueSet/deep/one/more', 'vs'],
  ['Patient/s-ada/Observation', 'weight dose'],
  ['Patient/s-ada/Observation?status=final', 'weight'],
  ['Encounter?date=2020-05-01', 'enc'],
  ['Encounter?class=AMB', 'enc'],
  ['Patient/s-ada/*?_type=Encounter,RiskAssessment', 'enc risk'],
];

export function search(client: () => FhirClient): void {
  const tagged = (query: string) => `${query}${query.includes('?') ? '&' : '?'}_tag=${SYSTEM}|suite`;
  const ids = (entries: Json[], mode = 'match') =>
    entries.filter((it) => it.search?.mode === mode).map(({ resource }) => String(resource.id).replace(/^s-/, ''));
  const find = async (query: string) =>
    ids((await client().get(tagged(query), { prefer: 'handling=strict' })).json.entry ?? []);

  before(async () => {
    const entry = RESOURCES.map((resource) => ({
      resource: { ...resource, ...own },
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    }));
    const answer = await client().post('', { resourceType: 'Bundle', type: 'transaction', entry });
    assert.equal(answer.status, 200, answer.text.slice(0, 500));
  });

  for (const [query, expected] of FOUND)
    test(query, async () => {
      const answer = await client().get(tagged(query), { prefer: 'handling=strict' });
      assert.equal(answer.status, 200, answer.text.slice(0, 400));
      assert.deepEqual(ids(answer.json.entry ?? []).sort(), expected.split(' ').filter(Boolean).sort());
    });

  test('_sort orders by one key and by several, missing values last', async () => {
    assert.deepEqual(await find('Patient?_sort=family'), ['ada', 'bob', 'cyd']);
    assert.deepEqual(await find('Patient?_sort=-family'), ['bob', 'ada', 'cyd']);
    assert.deepEqual((await find('Observation?_sort=date')).slice(0, 2), ['weight', 'dose']);
    assert.deepEqual(await find('Observation?_sort=status,-_id'), ['dose', 'weight', 'none', 'bp']);
  });

  test('_include, _revinclude, :iterate and * bring what belongs along, once', async () => {
    const included = async (query: string) => ids((await client().get(tagged(query))).json.entry, 'include').sort();
    assert.deepEqual(await included('Observation?_id=s-weight&_include=Observation:patient'), ['ada']);
    assert.deepEqual(
      await included('Observation?_id=s-weight&_include=Observation:subject:Patient&_include=Observation:encounter'),
      ['ada', 'enc'],
    );
    assert.deepEqual(
      await included(
        'Observation?_id=s-weight&_include=Observation:patient&_include:iterate=Patient:organization&_include:iterate=Organization:partof',
      ),
      ['ada', 'org', 'org-top'],
    );
    assert.deepEqual(await included('Observation?_id=s-weight&_include=*'), ['ada', 'enc']);
    assert.deepEqual(await included('Patient?_id=s-ada&_revinclude=Observation:patient'), ['dose', 'weight']);
    assert.deepEqual(await included('Observation?code=29463-7,dose&_include=Observation:patient'), ['ada']);
  });

  test('totals, counts, summaries and elements', async () => {
    const page = async (query: string) => (await client().get(tagged(query))).json;
    assert.equal((await page('Patient?_total=accurate&_count=1')).total, 3);
    assert.equal((await page('Patient?_summary=count')).total, 3);
    assert.equal((await page('Patient?_total=none')).total, undefined);
    assert.equal((await page('Patient?_count=0')).total, 3);
    const few = (await page('Patient?_id=s-ada&_elements=birthDate')).entry[0].resource;
    assert.equal(few.birthDate, '1980-02-29');
    assert.equal(few.name, undefined);
    assert.ok(few.meta.tag.some((tag: Json) => tag.code === 'SUBSETTED'));
  });

  test('POST _search finds the same, and whole-system search goes by _type', async () => {
    const answer = await client().post('Patient/_search', `family=lowe&_tag=${encodeURIComponent(`${SYSTEM}|suite`)}`, {
      'content-type': 'application/x-www-form-urlencoded',
    });
    assert.deepEqual(ids(answer.json.entry).sort(), ['ada', 'bob']);
    const system = await client().walk(`?_type=Patient,Encounter,Organization&_tag=${SYSTEM}|suite&_count=2`);
    assert.deepEqual(ids(system).sort(), ['ada', 'bob', 'cyd', 'enc', 'org', 'org-top']);
  });

  test('_lastUpdated, _tag and a changed value are seen at once', async () => {
    const now = new Date(Date.now() - 3_600_000).toISOString();
    assert.equal((await find(`Patient?_lastUpdated=gt${now}`)).length, 3);
    assert.equal((await find(`Patient?_lastUpdated=lt${now}`)).length, 0);
    const changed = {
      resourceType: 'Organization',
      id: 's-org',
      ...own,
      name: 'North Ward',
      partOf: ref('Organization/s-org-top'),
    };
    assert.equal((await client().send('PUT', 'Organization/s-org', changed)).status, 200);
    assert.deepEqual(await find('Patient?organization.name=south'), []);
    assert.deepEqual(await find('Patient?organization.name=north'), ['ada']);
    await client().send('DELETE', 'List/s-list');
    assert.deepEqual(await find('Patient?_list=s-list'), []);
  });
}
