// What a write leaves in the index tables: everything while it lives, nothing once it is gone, no work where nothing changed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventually } from '@polyclinic/testing';
import { ANY, key, put, remove, withRecords } from '../fixture.ts';

const SIDES = [
  'string_value',
  'identifier_value',
  'reference_value',
  'date_value',
  'quantity_value',
  'composite_value',
];
const unit = { systemCode: '1', code: '2', unit: null };
const full = (fingerprint: string, word: string) => ({
  ...{ fingerprint, patient: 'anna', date: '2026-01-01T00:00:00.000000Z', dateEnd: '2026-01-02T00:00:00.000000Z' },
  ...{ code: '-9223372036854775808', category: '7', extra: ['5', '6'], terms: ['-1', '2'], present: '-9' },
  strings: [
    { parameter: 1, value: word, exact: `"${word}"` },
    { parameter: 1, value: 'x'.repeat(9_000), exact: 'X' },
  ],
  identifiers: [{ parameter: 2, system: 's', value: word, types: ['a|"b"\\'] }],
  references: [{ parameter: 3, targetType: 0, targetId: `http://x/${'y'.repeat(5_000)}` }],
  dates: [{ parameter: 4, low: '-infinity', high: '2026-01-01T00:00:00.000000Z' }],
  quantities: [{ parameter: 5, low: -Infinity, high: 1.5, ...unit, canonical: { low: 1, high: 2, unit: '3' } }],
  composites: [{ parameter: 6, first: '1', second: null, low: 1, high: Infinity, ...unit, low2: null, high2: null }],
  tokensSeen: [{ system: 'z'.repeat(3_000), code: word, hash: fingerprint }],
  textsSeen: [{ text: `${word} ${'w'.repeat(5_000)}`, hash: fingerprint }],
});

test('values come, change and go with their resource', async () => {
  const { records, pool } = await withRecords();
  const k = key('Observation', 'o');
  const rows = async () => {
    const counts: Record<string, number> = {};
    for (const table of ['current', ...SIDES])
      counts[table] =
        (await pool.query<{ n: number }>(`select count(*)::int4 as n from patients.${table}`)).rows[0]?.n ?? -1;
    return counts;
  };
  const words = async () =>
    (await pool.query<{ value: string }>(`select value from patients.identifier_value`)).rows.map(({ value }) => value);
  const expected = {
    current: 1,
    ...Object.fromEntries(SIDES.map((table) => [table, table === 'string_value' ? 2 : 1])),
  };
  await records.write(put(k, ANY, '', full('1', 'one')));
  await records.write(put(key('Observation', 'bystander')));
  assert.deepEqual(await rows(), { ...expected, current: 2 });
  await records.write(put(k, ANY, '', full('2', 'two')));
  assert.deepEqual(await words(), ['two']);
  // Equal fingerprints say that nothing searched by has changed: nothing is written, even if that were untrue.
  await records.write(put(k, ANY, '', { ...full('2', 'three') }));
  assert.deepEqual(await words(), ['two']);
  await records.transaction((tx) => tx.write([put(k, ANY, '', full('4', 'four'))]));
  assert.deepEqual(await words(), ['four']);
  const current = await pool.query(
    `select code, category, extra, terms, present, patient, patients from patients.current where id = 'o'`,
  );
  assert.deepEqual(current.rows, [
    {
      code: '-9223372036854775808',
      category: '7',
      extra: ['5', '6'],
      terms: ['-1', '2'],
      present: '-9',
      patient: 'anna',
      patients: null,
    },
  ]);
  const types = await pool.query<{ types: string[] }>('select types from patients.identifier_value');
  assert.deepEqual(types.rows[0]?.types, ['a|"b"\\']);
  await records.write(remove(k));
  assert.deepEqual(await rows(), { current: 1, ...Object.fromEntries(SIDES.map((table) => [table, 0])) });
  const seen = await pool.query<{ code: string }>('select code from patients.token_seen order by hash');
  assert.deepEqual(
    seen.rows.map(({ code }) => code),
    ['one', 'two', 'four'],
  );
});

test('updates that change nothing searched by are HOT: no index is touched', async () => {
  // One connection, so that its statistics are all there are.
  const { records, pool } = (await withRecords()).another(1);
  const items = Array.from({ length: 200 }, (_, n) => put(key('Patient', `p${n}`), ANY, '', { ...full('1', 'same') }));
  await Promise.all(items.map((item) => records.write(item)));
  for (let round = 0; round < 3; round++)
    for (let n = 0; n < 200; n += 20) await records.write(items[n] as (typeof items)[number]);
  const statistics = await eventually(async () => {
    await pool.query('select pg_stat_force_next_flush()');
    const { rows } = await pool.query<{ updates: number; hot: number }>(
      `select n_tup_upd::int4 as updates, n_tup_hot_upd::int4 as hot from pg_stat_user_tables where schemaname = 'patients' and relname = 'current'`,
    );
    return rows[0]?.updates === 30 ? rows[0] : null;
  });
  assert.equal(statistics.hot, 30);
});
