import assert from 'node:assert/strict';
import { test } from 'node:test';
import { normalise } from './normalise.ts';

test('case, accents and spacing are forgiven', () => {
  assert.equal(normalise('  José  ÁLVAREZ\t'), 'jose alvarez');
  assert.equal(normalise('Straße Łódź Ørsted'), 'strasse lodz orsted');
  assert.equal(normalise('ﬁeld'), 'field');
  assert.equal(normalise('İstanbul'), 'istanbul');
  assert.equal(normalise('محمّد'), normalise('محمد'));
});

test('different letters stay different', () => {
  assert.notEqual(normalise('की'), normalise('का'));
  assert.notEqual(normalise('Müller'), normalise('Miller'));
});

test('doing it twice changes nothing, and no code point breaks it', () => {
  for (let point = 0x20; point < 0x3_0000; point += 7) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const once = normalise(`a${String.fromCodePoint(point)}B`);
    assert.equal(normalise(once), once, point.toString(16));
  }
});
