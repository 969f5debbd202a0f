// Events are FHIR as it is written, and say what happened.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Access, accessLine, patientsIn, readAccess } from '@polyclinic/audit-trail';
import { compileValidator } from '@polyclinic/fhir';
import { auditEvent } from './audit-event.ts';
import { happeningsOf } from './from-access.ts';
import { writeItemFor } from './write-item.ts';

const READ: Access = {
  ...{ at: 1_790_000_000_000, clinic: 3, interaction: 'read', status: 200, user: 'u1', who: 'Practitioner/d' },
  ...{ client: 'clinic-web', address: '192.0.2.7', type: 'Observation', id: 'o1', last: '', patients: ['p1'] },
  ...{ query: '', requestId: 'r-1' },
};
const validate = compileValidator('AuditEvent');

const INTERACTIONS = [
  ...['create', 'read', 'vread', 'update', 'patch', 'delete', 'history', 'search', 'operation', 'transaction'],
  ...['login', 'logout'],
];

test('every kind of event, with and without user, patient, query and address, is valid FHIR', () => {
  const variants: Partial<Access>[] = [
    {},
    { patients: [] },
    { who: '', user: 'program-1' },
    { who: '', user: '', client: '', clinic: 0 },
    { query: 'name=Muñoz&_count=5' },
    { address: '' },
    { type: '', id: '', last: '' },
    { type: 'User', id: 'x' },
    { status: 403 },
    { status: 500 },
    { requestId: '' },
  ];
  for (const interaction of INTERACTIONS)
    for (const variant of variants)
      for (const happening of happeningsOf({ ...READ, interaction, last: '2', ...variant }, 'spool-1')) {
        const { body } = writeItemFor(happening);
        assert.ok(body);
        const stored: unknown = JSON.parse(
          `${body.before}"versionId":"1","lastUpdated":"2026-01-01T00:00:00Z"${body.after}`,
        );
        assert.deepEqual(validate(stored), [], `${interaction} ${JSON.stringify(variant)}`);
      }
});

test('a broken event would be noticed', () => {
  const [happening] = happeningsOf(READ, 'spool-1');
  assert.ok(happening);
  assert.notDeepEqual(validate({ ...auditEvent(happening), recorded: 'yesterday' }), []);
});

test('an answer that names three patients is an event for each, with ids of their own', () => {
  const three = happeningsOf({ ...READ, patients: ['a', 'b', 'c'] }, 'spool-1');
  assert.deepEqual(
    three.map(({ id, patient }) => [id, patient]),
    [
      ['spool-1', 'a'],
      ['spool-1-1', 'b'],
      ['spool-1-2', 'c'],
    ],
  );
});

test('a search keeps its query as it was sent', () => {
  const [happening] = happeningsOf({ ...READ, interaction: 'search', id: '', query: 'code=8480-6&x=%00' }, 's');
  assert.ok(happening);
  const { entity } = auditEvent(happening) as unknown as { entity: { query?: string }[] };
  const query = entity.find((one) => one.query !== undefined)?.query ?? '';
  assert.equal(Buffer.from(query, 'base64').toString(), 'Observation?code=8480-6&x=%00');
});

test('a line comes back as it went, and what is none is told apart', () => {
  const access = { ...READ, query: 'a="b"\n\t\\ü', patients: ['x', 'y'] };
  assert.deepEqual(readAccess(accessLine(access)), access);
  assert.ok(!accessLine(access).includes('\n'));
  for (const wrong of ['', '[]', '{}', 'null', '[1,2', accessLine(access).replace('3', '"3"')])
    assert.equal(readAccess(wrong), null);
});

test('patients are found wherever an answer names them, and nowhere else', () => {
  const page = `{"link":[{"url":"http://h/fhir/R4/Observation?subject=Patient/q&x=1"}],"entry":[
    {"fullUrl":"http://h/fhir/R4/Patient/one","resource":{"id":"one"}},
    {"resource":{"subject":{"reference":"Patient/two"},"performer":[{"reference":"Patient/two/_history/3"}]}},
    {"resource":{"note":"see Patient/ three or Outpatient/four","subject":{"reference": "http://h/Patient/five-5.x"}}}]}`;
  assert.deepEqual(patientsIn(page), ['one', 'two', 'five-5.x']);
});
