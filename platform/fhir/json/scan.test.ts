import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '@polyclinic/kit';
import fc from 'fast-check';
import { scanJson } from './scan.ts';

function refusalOf(text: string): Refusal | null {
  try {
    scanJson(text);
    return null;
  } catch (error) {
    assert.ok(error instanceof Refusal, `${text.slice(0, 40)}: ${String(error)}`);
    assert.equal(error.status, 400);
    assert.equal(error.issues[0]?.code, 'structure');
    return error;
  }
}

const deep = (levels: number): string => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

test('well-formed resources pass', () => {
  for (const text of [
    '{}',
    ' {"a" : [ ] , "b":{ } }\r\n\t',
    '{"a":-0.0e-10,"b":[true,false,null,1E+2]}',
    '{"a":"\\u00e9\\ud83d\\ude00\\n\\/😀","constructor":1,"__proto__":2}',
    '{"a":{"x":1},"b":{"x":1}}',
    deep(64),
  ]) {
    assert.equal(refusalOf(text), null, text);
    JSON.parse(text);
  }
});

test('malformed, dangerous and bottomless text is refused', () => {
  const bad = [
    '',
    ' ',
    '[]',
    '"a"',
    '1',
    'null',
    '{',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,',
    '{"a":1,}',
    '{,}',
    '{a:1}',
    "{'a':1}",
    '{"a" 1}',
    '{"a":1 "b":2}',
    '{"a":[1,]}',
    '{"a":[1 2]}',
    '{"a":[1',
    '{"a":[}',
    '{"a":1]',
    '{"a":1}}',
    '{"a":1} x',
    '{"a":1}{"b":2}',
    '{"a":01}',
    '{"a":-}',
    '{"a":+1}',
    '{"a":.5}',
    '{"a":5.}',
    '{"a":1e}',
    '{"a":1e+}',
    '{"a":0x1}',
    '{"a":NaN}',
    '{"a":Infinity}',
    '{"a":tru}',
    '{"a":True}',
    '{"a":undefined}',
    '{"a":"\\x"}',
    '{"a":"\\u12"}',
    '{"a":"\\u12G4"}',
    '{"a":"\\u-123"}',
    '{"a":"\\',
    '{"a":"x',
    '{"a":"tab\there"}',
    '{"a":"line\nhere"}',
    '{"a":1,/*c*/"b":2}',
    '{"a":1}//c',
    '\ufeff{"a":1}',
    '{"a":"\u0000"}',
    '{"a":"\\u0000"}',
    '{"a\\u0000":1}',
    '{"a":"\ud800"}',
    '{"a":"\udc00x"}',
    '{"a":"\\ud800"}',
    '{"a":"\\udc00"}',
    '{"a":"\\ud800\\ud800"}',
    '{"a":"\\ud800x"}',
    '{"\ud800":1}',
    '{"a":1,"a":1}',
    '{"a":1,"\\u0061":2}',
    '{"x":{"y":[{"b":1,"c":2,"b":3}]}}',
    '{"__proto__":1,"__proto__":2}',
    `{${Array.from({ length: 40 }, (_, i) => `"k${i}":${i}`).join()},"k39":1}`,
    `{"a":${'9'.repeat(65)}}`,
    `{"a":${'9'.repeat(1_000_000)}}`,
    `{"a":1e${'9'.repeat(100)}}`,
    deep(65),
    deep(100_000),
    '{"a":'.repeat(100_000),
    '['.repeat(100_000),
    '{"a":\u00a01}',
    '{"a":1\f}',
  ];
  for (const text of bad) assert.notEqual(refusalOf(text), null, text.slice(0, 60));
});

test('the refusal names the element, never the data', () => {
  const refusal = refusalOf('{"resourceType":"Patient","name":[{"given":["Ann"]},{"given":["Secret","x\\q"]}]}');
  assert.deepEqual(refusal?.issues[0]?.expression, ['Resource.name[1].given[1]']);
  assert.ok(!refusal?.message.includes('Secret'));
  assert.deepEqual(refusalOf('{"John Doe 1970":{"a":}}')?.issues[0]?.expression, ['Resource.?.a']);
});

test('whatever the scanner accepts JSON.parse accepts, and what JSON.parse refuses the scanner refuses', () => {
  const alphabet = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    '"',
    ':',
    ',',
    '\\',
    'u',
    '0',
    '1',
    '-',
    '.',
    'e',
    'a',
    ' ',
    'true',
    'null',
    '"a"',
  );
  const texts = fc.oneof(
    fc.array(alphabet, { maxLength: 30 }).map((parts) => parts.join('')),
    fc.tuple(fc.json({ maxDepth: 4 }), fc.nat(), alphabet).map(([json, at, piece]) => {
      const text = `{"a":${json}}`;
      const cut = at % (text.length + 1);
      return text.slice(0, cut) + piece + text.slice(cut + 1);
    }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const refused = refusalOf(text) !== null;
      let parses = true;
      try {
        JSON.parse(text);
      } catch {
        parses = false;
      }
      assert.ok(refused || parses);
    }),
    { numRuns: 3000 },
  );
});

test('identity, entries and links are found where they stand', () => {
  const text =
    '{ "type":"transaction", "resourceType":"Bundle","entry":[{"fullUrl":"urn:uuid:1","resource":' +
    '{"resourceType":"Observation","id":"o1","meta":{"versionId":"3","tag":[{"code":"x"}]},"subject":{"reference":"urn:uuid:2"},' +
    '"performer":[{"reference":"Practitioner?identifier=a|b"},{"reference":"Practitioner/1"}],"instantiatesCanonical":["urn:uuid:3"],' +
    '"text":{"div":"<div>see urn:uuid:2</div>"},"note":[{"text":"why?"}],"contained":[{"resourceType":"Patient","id":"p"}]}},{"request":{"url":"Patient?x=1"}}]}';
  const { resource, entries } = scanJson(text);
  const at = ({ start, end }: { start: number; end: number }): string => text.slice(start, end);
  assert.equal(at(resource), text);
  assert.ok(resource.resourceType !== null && at(resource.resourceType) === '"resourceType":"Bundle"');
  assert.equal(resource.id, null);
  assert.deepEqual(resource.links.map(at), ['urn:uuid:1', 'Patient?x=1']);
  assert.equal(entries.length, 2);
  assert.equal(entries[1], null);
  const observation = entries[0];
  assert.ok(observation);
  assert.equal((JSON.parse(at(observation)) as { id: string }).id, 'o1');
  assert.ok(observation.id !== null && at(observation.id) === '"id":"o1"');
  assert.deepEqual(
    observation.metaMembers.map(({ name }) => name),
    ['versionId', 'tag'],
  );
  assert.deepEqual(
    observation.links.map((link) => [link.kind, at(link)]),
    [
      ['link', 'urn:uuid:2'],
      ['link', 'Practitioner?identifier=a|b'],
      ['link', 'urn:uuid:3'],
      ['narrative', '<div>see urn:uuid:2</div>'],
    ],
  );
});
