import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal } from '@polyclinic/kit';
import fc from 'fast-check';
import { scanJson } from './scan.ts';
import { replaceSpans, spliceIdentity } from './splice.ts';

const VERSION = '"versionId":"7","lastUpdated":"2026-01-02T03:04:05.678Z"';

function splice(text: string, id: string): string {
  const { before, after } = spliceIdentity(text, scanJson(text).resource, id);
  return before + VERSION + after;
}

test('a resource without id and meta gets both behind resourceType', () => {
  assert.equal(
    splice('{ "resourceType" : "Patient", "active":true }', 'p1'),
    `{ "resourceType" : "Patient","id":"p1","meta":{${VERSION}}, "active":true }`,
  );
  assert.equal(splice('{"resourceType":"Patient"}', 'p1'), `{"resourceType":"Patient","id":"p1","meta":{${VERSION}}}`);
});

test('decimals, spacing and the other members of meta stay as they were sent', () => {
  const text =
    '{"meta": { "lastUpdated":"x" , "source": "urn:a",\n "versionId":"1", "tag":[ ] } ,"a":[1.10,0.000000000000000001,12345678901234567890], "id":"old","resourceType":"Observation"}';
  assert.equal(
    splice(text, 'new'),
    `{"meta": {${VERSION}, "source": "urn:a",\n "tag":[ ] } ,"a":[1.10,0.000000000000000001,12345678901234567890], "id":"new","resourceType":"Observation"}`,
  );
});

test('a resource that is no resource is refused', () => {
  assert.throws(() => splice('{"id":"x"}', 'x'), Refusal);
  assert.throws(() => splice('{"resourceType":"Patient","meta":[]}', 'x'), Refusal);
});

test('whatever the order and spacing, only id and version change', () => {
  const space = fc.constantFrom('', ' ', '\n  ');
  const decimal = fc.constantFrom('1.10', '0.000000000000000001', '12345678901234567890', '-0.0', '1e-7');
  const metaMember = fc.constantFrom('versionId', 'lastUpdated', 'source', 'profile', 'tag', '_lastUpdated');
  const meta = fc.uniqueArray(metaMember, { maxLength: 6 });
  const members = fc.uniqueArray(fc.constantFrom('id', 'meta', 'value', 'text', 'contained', 'entry'), {
    maxLength: 6,
  });
  fc.assert(
    fc.property(members, meta, decimal, space, fc.nat(6), fc.string(), (names, metaNames, number, gap, typeAt, id) => {
      const join = (parts: string[]): string => `{${gap}${parts.join(`${gap},${gap}`)}${gap}}`;
      const values: Record<string, string> = {
        id: '"old"',
        meta: join(metaNames.map((name) => `"${name}"${gap}:"m ${name}"`)),
        value: number,
        text: '{"meta":{"versionId":"9"},"id":"inner"}',
        contained: '[{"resourceType":"X","id":"c","meta":{"versionId":"2"}}]',
        entry: `[{"resource":{"resourceType":"Y","id":"y","value":${number}}}]`,
      };
      const parts = names.map((name) => `"${name}"${gap}:${gap}${values[name] ?? 'null'}`);
      parts.splice(Math.min(typeAt, parts.length), 0, `"resourceType":${gap}"Patient"`);
      const text = join(parts);
      const result = splice(text, id);
      const expected = JSON.parse(text) as { id: string; meta?: object };
      expected.id = id;
      expected.meta = { ...expected.meta, versionId: '7', lastUpdated: '2026-01-02T03:04:05.678Z' };
      assert.deepEqual(JSON.parse(result), expected);
      if (names.includes('value')) assert.ok(result.includes(`"value"${gap}:${gap}${number}`));
    }),
    { numRuns: 2000 },
  );
});

test('links of a bundle entry are rewritten while it is spliced', () => {
  const text =
    '{"resourceType":"Bundle","entry":[{"resource":{"subject":{"reference":"urn:uuid:1"},"resourceType":"Observation","v":1.0}}]}';
  const entry = scanJson(text).entries[0];
  assert.ok(entry);
  const rewritten = entry.links.map(({ start, end }) => ({ start, end, value: 'Patient/9' }));
  const { before, after } = spliceIdentity(text, entry, 'o', rewritten);
  assert.equal(
    before + VERSION + after,
    `{"subject":{"reference":"Patient/9"},"resourceType":"Observation","id":"o","meta":{${VERSION}},"v":1.0}`,
  );
});

test('spans are replaced in order, overlaps are a defect', () => {
  assert.equal(
    replaceSpans('abcdef', [
      { start: 4, end: 5, value: 'X' },
      { start: 0, end: 2, value: '' },
    ]),
    'cdXf',
  );
  assert.throws(() =>
    replaceSpans('abc', [
      { start: 0, end: 2, value: '' },
      { start: 1, end: 3, value: '' },
    ]),
  );
});
