import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canonicalQuantity, canonicalUnit } from './units.ts';

test('the same amount in different units is the same canonical quantity', () => {
  assert.deepEqual(canonicalQuantity(1, 'g/L'), canonicalQuantity(100, 'mg/dL'));
  assert.deepEqual(canonicalQuantity(37, 'Cel'), canonicalQuantity(98.6, '[degF]'));
  assert.deepEqual(canonicalQuantity(1.8, 'm'), canonicalQuantity(180, 'cm'));
  assert.deepEqual(canonicalQuantity(7, 'd'), canonicalQuantity(1, 'wk'));
});

test('different kinds of quantity never share a unit', () => {
  assert.notEqual(canonicalUnit('mmol/L')?.code, canonicalUnit('/L')?.code);
  assert.notEqual(canonicalUnit('mg/dL')?.code, canonicalUnit('mg')?.code);
});

test('a unit outside the table is converted by the library', () => {
  assert.deepEqual(canonicalQuantity(1, 'kg/hL'), canonicalQuantity(10, 'g/L'));
});

test('arbitrary units, logarithms and nonsense have no canonical unit', () => {
  for (const code of ['[iU]/L', '[pH]', 'furlongs', '', '__proto__', 'constructor', 'x'.repeat(1000)])
    assert.equal(canonicalUnit(code), null, code.slice(0, 20));
});
