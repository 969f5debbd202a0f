// The parts that need no database: what is negotiated, rewritten, cut out and printed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '@polyclinic/kit';
import { readBundle } from './bundle/read-bundle.ts';
import { conditionalReferences, rewriteLinks } from './bundle/rewrite-links.ts';
import { readIfMatch } from './conditions.ts';
import { instantSpan } from './instant-span.ts';
import { pretty } from './json/pretty.ts';
import { checkAcceptable, checkContentType } from './negotiate.ts';
import { parseExactly, printExactly } from './patch/exact-numbers.ts';
import { readPreference } from './prefer.ts';
import { MethodNotAllowed, routeOf } from './route.ts';
import { subsetOf } from './summary.ts';

const refused = (status: number) => (thrown: unknown) => thrown instanceof Refusal && thrown.status === status;

test('JSON is sent to whoever takes it, in any of its names', () => {
  for (const accept of [
    undefined,
    '*/*',
    'application/fhir+json',
    'text/html, application/json;q=0.5',
    'application/*',
  ])
    checkAcceptable(accept, null);
  for (const format of ['json', 'application/fhir+json', 'application/fhir json']) checkAcceptable('text/html', format);
  for (const accept of ['application/fhir+xml', 'text/html', 'application/json;q=0'])
    assert.throws(() => checkAcceptable(accept, null), refused(406), accept);
  assert.throws(() => checkAcceptable('*/*', 'xml'), refused(406));
});

test('JSON is taken in UTF-8 only', () => {
  checkContentType('application/fhir+json; charset=UTF-8');
  checkContentType('application/json;fhirVersion=4.0');
  for (const type of [undefined, 'text/plain', 'application/fhir+xml', 'application/json; charset=latin1'])
    assert.throws(() => checkContentType(type), refused(415), type);
});

test('preferences are read in any order, others are left out', () => {
  assert.deepEqual(readPreference('handling=strict; return=minimal, respond-async'), {
    return: 'minimal',
    handling: 'strict',
  });
  assert.deepEqual(readPreference('return=everything'), { return: 'representation', handling: 'lenient' });
});

test('an ETag is a version, anything else is refused', () => {
  assert.equal(readIfMatch('W/"12"'), 12);
  assert.equal(readIfMatch('"12"'), 12);
  for (const header of ['12', 'W/"x"', '*', '']) assert.throws(() => readIfMatch(header), refused(400), header);
});

test('paths lead to interactions', () => {
  assert.equal(routeOf('GET', '/Patient/1').interaction, 'read');
  assert.equal(routeOf('POST', '').interaction, 'bundle');
  assert.equal(routeOf('GET', '/Patient/1/_history/2').interaction, 'vread');
  assert.deepEqual(routeOf('GET', '/Patient/1/*'), { interaction: 'compartment', type: 'Patient', id: '1', last: '*' });
  for (const path of ['/patient/1', '/Patient/1/2', '/Patient/a_b', '/Patient/1/_history/2/3', '/_nothing'])
    assert.throws(() => routeOf('GET', path), refused(404), path);
  assert.throws(() => routeOf('DELETE', '/Patient/_search'), MethodNotAllowed);
});

test('a date stands for its whole span', () => {
  assert.deepEqual(instantSpan('2026-02', '_at'), {
    low: '2026-02-01T00:00:00.000Z',
    high: '2026-03-01T00:00:00.000Z',
  });
  assert.equal(instantSpan('2026-02-01T10:00:00+02:00', '_at').low, '2026-02-01T08:00:00.000Z');
  assert.equal(instantSpan('2026-02-01T10:00:00 02:00', '_at').low, '2026-02-01T08:00:00.000Z');
  for (const wrong of ['yesterday', '2026-13', '2026-02-01T10', ''])
    assert.throws(() => instantSpan(wrong, '_at'), refused(400), wrong);
});

test('numbers keep every digit through a tree', () => {
  const text = '{"a":1.10,"b":12345678901234567890,"c":1e3,"d":[0.000000000000000001,-0.0,7]}';
  assert.equal(printExactly(parseExactly(text)), text);
});

test('pretty JSON says the same', () => {
  const text = '{"a":[],"b":{},"c":[1.10,"x,{y}:\\"z\\""],"d":{"e":null}}';
  const printed = pretty(text);
  assert.deepEqual(JSON.parse(printed), JSON.parse(text));
  assert.ok(printed.includes('\n    1.10,\n'));
});

test('links are rewritten where they are links, and nowhere else', () => {
  const urn = 'urn:uuid:11111111-1111-4111-8111-111111111111';
  const targets = {
    byFullUrl: new Map([
      [urn, 'Patient/1'],
      ['http://x.example/Patient/9', 'Patient/2'],
    ]),
    byCondition: new Map([['Practitioner?identifier=a|b', 'Practitioner/3']]),
  };
  const rewrite = (text: string) => rewriteLinks(text, targets, 'http://x.example');
  assert.equal(rewrite(`{"reference":"${urn}"}`), '{"reference":"Patient/1"}');
  assert.equal(rewrite('{"reference" : "Patient/9"}'), '{"reference" : "Patient/2"}');
  assert.equal(rewrite('{"reference":"Practitioner?identifier=a|b"}'), '{"reference":"Practitioner/3"}');
  assert.equal(rewrite('{"url":"http://x.example/Patient/9"}'), '{"url":"http://x.example/Patient/9"}');
  assert.equal(rewrite('{"div":"<a href=\\"http://x.example/Patient/9\\">"}'), '{"div":"<a href=\\"Patient/2\\">"}');
  assert.equal(rewrite('{"value":1.10,"reference":"#here"}'), '{"value":1.10,"reference":"#here"}');
  assert.throws(() => rewrite('{"reference":"urn:uuid:22222222-2222-4222-8222-222222222222"}'), refused(400));
  assert.deepEqual(conditionalReferences('{"reference":"Ab?b=c","display":"who?","x":{"reference":"B\\/?"}}'), [
    'Ab?b=c',
  ]);
});

test('a subset is cut out of the text and tagged', () => {
  const text =
    '{"resourceType":"Observation","id":"a","meta":{"versionId":"1","tag":[{"code":"t"}]},"status":"final","code":{"text":"x"},"valueQuantity":{"value":1.10},"note":[{"text":"n"}]}';
  const value = subsetOf(text, 'Observation', { kind: 'elements', names: ['value'] });
  assert.ok(value.includes('"value":1.10') && value.includes('SUBSETTED') && value.includes('{"code":"t"}'));
  assert.ok(value.includes('"status"') && !value.includes('"note"'), 'mandatory elements stay');
  assert.ok(JSON.parse(value));
  assert.ok(!subsetOf(text, 'Observation', { kind: 'text' }).includes('valueQuantity'));
});

test('a Bundle that is none is refused by name', () => {
  const base = 'http://x.example';
  const bad: [number, string][] = [
    [400, '{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"a"},"shoe":1}]}'],
    [400, '{"resourceType":"Bundle","type":"batch","entry":[{"resource":{}}]}'],
    [400, '{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"STEAL","url":"a"}}]}'],
    [400, '{"resourceType":"Bundle","type":"batch","type":"transaction"}'],
    [400, '{"resourceType":"Bundle","type":"batch"} x'],
    [400, '{"resourceType":"Bundle","type":"batch","entry":[{]}'],
    [422, '{"resourceType":"Bundle","type":"searchset"}'],
    [400, '[]'],
    [400, ''],
  ];
  for (const [status, text] of bad) assert.throws(() => readBundle(text, base), refused(status), text);
  assert.equal(readBundle('{"resourceType":"Bundle","type":"batch"}', base).entries.length, 0);
});
