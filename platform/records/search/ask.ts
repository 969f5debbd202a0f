// How statements reach the database. Searches of one shape that arrive while others of it are under way leave together in
// one statement, each with its own values and its own rows: a small search costs less than the round trip it needs.
// Measured on two cores: 8,000 searches by code a second one by one, 16,800 gathered.
import type { Sql } from '@polyclinic/postgres';
import { LRUCache } from 'lru-cache';
import { textArray, textLiteral } from '../pg-array.ts';
import type { Prepare } from './statement.ts';

/** Runs a compiled statement; rows as arrays in column order. */
export type Ask = <Row extends readonly unknown[]>(
  sql: Sql,
  text: string,
  values: readonly unknown[],
) => Promise<readonly Row[]>;

type Rows = readonly (readonly unknown[])[];

interface Waiting {
  readonly values: readonly unknown[];
  readonly settle: (rows: Rows) => void;
  readonly fail: (error: unknown) => void;
}

interface Shape {
  underWay: number;
  readonly waiting: Waiting[];
  /** What one search of the last statement took; slow ones go alone, so that no quick one waits for them. */
  lastMs: number;
}

// Two keep the database busy while the next ones gather.
const UNDER_WAY = 2;
// More in one statement save nothing more, and each waits for all.
const TOGETHER = 16;
// A search that takes longer has nothing to gain from sharing a round trip.
const QUICK_MS = 5;
const SHAPES = 500;

/** @param pool where searches may share a statement; those on any other connection belong to a transaction and go alone */
export function createAsk(prepare: Prepare, pool: Sql | null): Ask {
  const shapes = new LRUCache<string, Shape>({ max: SHAPES });

  const alone = async (sql: Sql, text: string, values: readonly unknown[]): Promise<Rows> =>
    (await sql.query<readonly unknown[]>({ ...prepare(text, values), rowMode: 'array' })).rows;

  async function together(sql: Sql, text: string, group: readonly Waiting[]): Promise<void> {
    const rows = await alone(sql, gathered(text, group[0]!.values.length), columns(group));
    const own: (readonly unknown[])[][] = group.map(() => []);
    for (const [n, ...row] of rows) own[Number(n) - 1]!.push(row);
    for (const [at, { settle }] of group.entries()) settle(own[at]!);
  }

  async function send(sql: Sql, text: string, shape: Shape, group: readonly Waiting[]): Promise<void> {
    shape.underWay += 1;
    const began = performance.now();
    try {
      if (group.length > 1) await together(sql, text, group);
      else for (const { values, settle } of group) settle(await alone(sql, text, values));
    } catch (error) {
      // One that fails must not fail its neighbours: each is tried by itself.
      if (group.length === 1) group[0]!.fail(error);
      else for (const { values, settle, fail } of group) await alone(sql, text, values).then(settle, fail);
    }
    shape.lastMs = (performance.now() - began) / group.length;
    shape.underWay -= 1;
    next(sql, text, shape);
  }

  function next(sql: Sql, text: string, shape: Shape): void {
    while (shape.waiting.length > 0) {
      if (shape.lastMs > QUICK_MS) void send(sql, text, shape, shape.waiting.splice(0, 1));
      else if (shape.underWay < UNDER_WAY) void send(sql, text, shape, shape.waiting.splice(0, TOGETHER));
      else return;
    }
  }

  const ask = (sql: Sql, text: string, values: readonly unknown[]): Promise<Rows> => {
    if (sql !== pool) return alone(sql, text, values);
    const shape = shapes.get(text) ?? { underWay: 0, waiting: [], lastMs: 0 };
    shapes.set(text, shape);
    return new Promise((settle, fail) => {
      shape.waiting.push({ values, settle, fail });
      next(sql, text, shape);
    });
  };
  // What a statement selects is known where it is written.
  return ask as Ask;
}

/** The same statement for many sets of values: each placeholder becomes a column of theirs. */
function gathered(text: string, count: number): string {
  const numbers = Array.from({ length: count }, (_, at) => at + 1);
  const arrays = numbers.map((n) => `$${n}::text[]`).join(', ');
  const names = numbers.map((n) => `p${n}`).join(', ');
  const each = text.replace(/\$(\d+)::/g, 'gathered.p$1::');
  return `select gathered.n, own.* from unnest(${arrays}) with ordinality gathered(${names}, n) cross join lateral (${each}) own`;
}

/** The values by placeholder instead of by search, each as PostgreSQL would read it from text. */
function columns(group: readonly Waiting[]): readonly Buffer[] {
  return group[0]!.values.map((_, at) => textArray(group.map(({ values }) => asText(values[at]))));
}

function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (!Array.isArray(value)) return String(value);
  return value.some((one) => one === null)
    ? `{${value.map((one) => (one === null ? 'NULL' : textLiteral([String(one)]).slice(1, -1))).join(',')}}`
    : textLiteral(value.map(String));
}
