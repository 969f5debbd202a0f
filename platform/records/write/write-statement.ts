// Everything a batch of writes changes, in one statement: log, index rows, side values. The log's unique
// (clinic, type, id, version) decides every race: a row that loses is skipped, and with it all that belongs to it.
import type { Sql } from '@polyclinic/postgres';
import { plainArray, textArray, textLiteral } from '../pg-array.ts';
import { numberOf, type Store } from '../stores.ts';
import type { PlannedWrite } from './planned-write.ts';
import { columnArrays, SIDE_TABLES, type SideTable } from './side-tables.ts';

type Values = (string | Buffer)[];
type WrittenRow = readonly [n: number, seq: string];

/** Statements by the parts they have. Each is planned once per connection, so rare combinations share the full one. */
interface Shape {
  readonly name: string;
  readonly text: string;
  readonly clears: boolean;
  readonly removes: boolean;
  readonly tables: readonly SideTable[];
}

/** @returns the log position of each planned write, null for those that lost a race. Keys must not repeat. */
export async function writePlanned(
  sql: Sql,
  store: Store,
  planned: readonly PlannedWrite[],
): Promise<readonly (string | null)[]> {
  // In key order: two batches that meet in the same keys then wait for each other in one direction only.
  const order = planned
    .map((_, n) => n)
    .sort((a, b) => compareKeys(planned[a] as PlannedWrite, planned[b] as PlannedWrite));
  const sorted = order.map((n) => planned[n] as PlannedWrite);
  const sides = SIDE_TABLES.map((table) => sideValues(store, table, sorted));
  const shape = shapeOf(store, {
    clears: sorted.some(({ clears }) => clears),
    removes: sorted.some(({ operation }) => operation === 'd'),
    filled: sides.map((values) => values !== null),
  });
  const values: Values = itemValues(store, sorted);
  if (shape.clears)
    values.push(
      ...keyValues(
        store,
        sorted.filter(({ clears }) => clears),
      ),
    );
  SIDE_TABLES.forEach((table, t) => {
    if (shape.tables.includes(table)) values.push(...(sides[t] ?? emptyValues(table)));
  });
  const { rows } = await sql.query<WrittenRow>({ name: shape.name, text: shape.text, values, rowMode: 'array' });
  const seqs = new Array<string | null>(planned.length).fill(null);
  for (const [n, seq] of rows) seqs[order[n - 1] as number] = seq;
  return seqs;
}

function compareKeys(a: PlannedWrite, b: PlannedWrite): number {
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

function itemValues(store: Store, planned: readonly PlannedWrite[]): Values {
  const indexes = planned.map(({ item }) => item.index);
  return [
    ...keyValues(store, planned),
    plainArray(planned.map(({ version }) => version)),
    plainArray(planned.map(({ operation }) => operation)),
    plainArray(planned.map(({ instant }) => instant)),
    textArray(planned.map(({ item }) => item.author)),
    plainArray(planned.map(({ fingerprint }) => fingerprint)),
    textArray(planned.map(({ content }) => content)),
    plainArray(indexes.map((index) => index?.code ?? null)),
    plainArray(indexes.map((index) => index?.category ?? null)),
    plainArray(indexes.map((index) => index?.date ?? null)),
    plainArray(indexes.map((index) => index?.dateEnd ?? null)),
    plainArray(indexes.map((index) => index?.present ?? null)),
    textArray(indexes.map((index) => index?.patient ?? null)),
    textArray(indexes.map((index) => severalPatients(index))),
    textArray(indexes.map((index) => (index === null ? null : plainArray(index.terms)))),
    textArray(indexes.map((index) => (index === null || index.extra.length === 0 ? null : plainArray(index.extra)))),
  ];
}

// With exactly one patient the column `patient` says it all.
function severalPatients(index: PlannedWrite['item']['index']): string | null {
  return index === null || index.patient !== null || index.patients.length === 0 ? null : textLiteral(index.patients);
}

function keyValues(store: Store, planned: readonly PlannedWrite[]): Values {
  return [
    plainArray(planned.map(({ item }) => item.key.clinic)),
    plainArray(planned.map(({ item }) => numberOf(store, item.key.type))),
    textArray(planned.map(({ item }) => item.key.id)),
  ];
}

function sideValues(store: Store, table: SideTable, planned: readonly PlannedWrite[]): Values | null {
  const owners: PlannedWrite[] = [];
  const rows: ReturnType<SideTable['rows']>[number][] = [];
  for (const write of planned)
    if (write.indexes && write.item.index !== null)
      for (const row of table.rows(write.item.index)) {
        owners.push(write);
        rows.push(row);
      }
  return rows.length === 0 ? null : [...keyValues(store, owners), ...columnArrays(table, rows)];
}

const emptyValues = ({ columns }: SideTable): Values => ['{}', '{}', '{}', ...columns.map(() => '{}')];

// A plan takes some 100 KB on every connection that has it. Typical batches have few shapes; the rest take the full one.
const OWN_SHAPES = 6;
const shapesSeen = new WeakMap<Store, Map<string, Shape>>();

function shapeOf(store: Store, has: { clears: boolean; removes: boolean; filled: readonly boolean[] }): Shape {
  const seen = shapesSeen.get(store) ?? new Map<string, Shape>();
  shapesSeen.set(store, seen);
  const code = `${has.clears ? 'x' : ''}${has.removes ? 'd' : ''}${has.filled.map((filled, t) => (filled ? t : '')).join('')}`;
  const known = seen.get(code);
  if (known !== undefined) return known;
  const full = seen.size >= OWN_SHAPES;
  const name = full ? 'all' : code;
  const parts = {
    clears: full || has.clears,
    removes: full || has.removes,
    tables: full ? SIDE_TABLES : SIDE_TABLES.filter((_, t) => has.filled[t]),
  };
  const shape = seen.get(name) ?? { name: `write ${name} ${store.service}`, text: textOf(store, parts), ...parts };
  seen.set(name, shape);
  return shape;
}

const ITEM_COLUMNS = [
  ...['clinic int4[]', 'type int2[]', 'id text[]', 'version int4[]', 'operation "char"[]', 'at timestamptz[]'],
  ...['author text[]', 'fingerprint int8[]', 'content text[]', 'code int8[]', 'category int8[]', 'date timestamptz[]'],
  ...['date_end timestamptz[]', 'present int8[]', 'patient text[]', 'patients text[]', 'terms text[]', 'extra text[]'],
].map((column) => ({ name: column.slice(0, column.indexOf(' ')), array: column.slice(column.indexOf(' ') + 1) }));
const KEY_ARRAYS = ['int4[]', 'int2[]', 'text[]'];

function textOf({ schema }: Store, shape: Pick<Shape, 'clears' | 'removes' | 'tables'>): string {
  let bound = 0;
  const unnest = (arrays: readonly string[]) => `unnest(${arrays.map((array) => `$${++bound}::${array}`).join(', ')})`;
  const items = unnest(ITEM_COLUMNS.map(({ array }) => array));
  const names = ITEM_COLUMNS.map(({ name }) => name).join(', ');
  const parts = [
    `item as materialized (select * from ${items} with ordinality i(${names}, n))`,
    `written as (
       insert into ${schema}.log (clinic, type, id, version, operation, at, author, fingerprint, content)
       select clinic, type, id, version, operation, at, author, fingerprint, content from item order by n
       on conflict (clinic, type, id, version) do nothing
       returning seq, clinic, type, id, operation)`,
    // Setting columns to what they are keeps the row HOT, so an update that changes nothing searched by touches no index.
    `found as (
       insert into ${schema}.current as c
         (seq, clinic, type, id, code, category, date, date_end, present, patient, patients, terms, extra)
       select w.seq, i.clinic, i.type, i.id, i.code, i.category, i.date, i.date_end, i.present, i.patient,
         i.patients::text[], i.terms::int8[], i.extra::int8[]
       from item i join written w on w.clinic = i.clinic and w.type = i.type and w.id = i.id
       where i.operation <> 'd'
       on conflict (clinic, type, id) do update set
         seq = excluded.seq, code = excluded.code, category = excluded.category, date = excluded.date,
         date_end = excluded.date_end, present = excluded.present, patient = excluded.patient,
         patients = excluded.patients, terms = excluded.terms, extra = excluded.extra)`,
  ];
  if (shape.removes)
    parts.push(`removed as (
       delete from ${schema}.current where ctid = any(array(
         select c.ctid from written w cross join lateral (
           select c.ctid from ${schema}.current c
           where c.clinic = w.clinic and c.type = w.type and c.id = w.id offset 0) c
         where w.operation = 'd')))`);
  if (shape.clears) {
    const keys = unnest(KEY_ARRAYS);
    parts.push(`cleared as materialized (select k.* from ${keys} k(clinic, type, id) where ${WON('k')})`);
    for (const { table } of SIDE_TABLES)
      parts.push(`no_${table} as (
         delete from ${schema}.${table} where ctid = any(array(
           select v.ctid from cleared k cross join lateral (
             select v.ctid from ${schema}.${table} v
             where v.clinic = k.clinic and v.type = k.type and v.id = k.id offset 0) v)))`);
  }
  for (const { table, columns } of shape.tables) {
    const rows = unnest([...KEY_ARRAYS, ...columns.map(({ array }) => array)]);
    const own = columns.map(({ name }) => name).join(', ');
    const cast = columns.map(({ name, cast }) => `v.${name}${cast ? `::${cast}` : ''}`).join(', ');
    parts.push(`new_${table} as (
       insert into ${schema}.${table} (clinic, type, id, ${own})
       select v.clinic, v.type, v.id, ${cast} from ${rows} v(clinic, type, id, ${own}) where ${WON('v')})`);
  }
  return `with ${parts.join(',\n')}
    select i.n::int4, w.seq from item i join written w on w.clinic = i.clinic and w.type = i.type and w.id = i.id`;
}

// "is true" keeps this a hashed look-up: as a join the planner, which can't know how long the arrays are, may loop.
const WON = (alias: string) =>
  `((${alias}.clinic, ${alias}.type, ${alias}.id) in (select clinic, type, id from written)) is true`;
