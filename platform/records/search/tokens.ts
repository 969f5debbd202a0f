// Tokens: terms in the hot columns, in `extra` and in `terms`, by hash. http://hl7.org/fhir/R4/search.html#token
import type { ParameterUse, TokenValue } from '@polyclinic/fhir/search';
import { boundedKey } from '../bounded-key.ts';
import type { Of, Source } from './criterion.ts';
import { afterAllStartingWith } from './prefix.ts';
import { or, type Place, type Scope } from './scope.ts';
import { FENCE } from './side-table.ts';

/** The hashes that stand for some searched tokens: `set` as the rows `h` of a select, `array` as one int8[]. */
export interface Terms {
  readonly array: string;
  readonly set: string;
  /** The placeholder when it is exactly one, the common case. */
  readonly one: string | null;
}

type ValueOf<Kind extends TokenValue['kind']> = Extract<TokenValue, { kind: Kind }>;
export const ofKind = <Kind extends TokenValue['kind']>(
  values: readonly TokenValue[],
  kind: Kind,
): readonly ValueOf<Kind>[] => values.filter((value): value is ValueOf<Kind> => value.kind === kind);

/**
 * The hashes of `system|code` and bare `code` values; null when there are none among them. A bare code stands for every
 * system it was ever seen with, which the dictionary knows at that very moment.
 */
export function termsOf(scope: Scope, place: Place, values: readonly TokenValue[]): Terms | null {
  const { binder } = scope;
  const hashes = ofKind(values, 'term').flatMap((value) => value.hashes);
  const codes = ofKind(values, 'code');
  if (codes.length === 0) {
    if (hashes.length === 0) return ofKind(values, 'term').length > 0 ? nothing() : null;
    if (hashes.length === 1) {
      const one = binder.bind(hashes[0], 'int8');
      return { one, array: `array[${one}]`, set: `select ${one} as h` };
    }
    const array = binder.bind(hashes, 'int8[]');
    return { one: null, array, set: `select distinct unnest(${array}) as h` };
  }
  const t = scope.alias('t');
  const p = scope.alias('p');
  const seen = binder.bind(
    codes.map(({ code }) => boundedKey(code)),
    'text[]',
  );
  const parameters = binder.bind([...new Set(codes.flatMap(({ parameterHashes }) => parameterHashes))], 'int8[]');
  const looked = `select ${t}.hash # ${p}.hash as h from ${place.schema}.token_seen ${t}, unnest(${parameters}) ${p}(hash) where ${t}.code = any(${seen})`;
  const set = hashes.length === 0 ? looked : `select unnest(${binder.bind(hashes, 'int8[]')}) as h union ${looked}`;
  return { one: null, array: `array(${set})`, set };
}

const nothing = (): Terms => ({ one: null, array: `'{}'::int8[]`, set: 'select null::int8 as h where false' });

/** The term of a hot column XOR its parameter's hash is the token's hash; so it is for each of `terms`. */
export function ofSystem(scope: Scope, place: Place, terms: string, values: readonly ValueOf<'system'>[]): string {
  const t = scope.alias('t');
  const u = scope.alias('u');
  const p = scope.alias('p');
  const systems = scope.binder.bind(
    values.map(({ system }) => boundedKey(system)),
    'text[]',
  );
  const parameters = scope.binder.bind([...new Set(values.flatMap((value) => value.parameterHashes))], 'int8[]');
  return `exists (select from unnest(${terms}) ${u}(h), unnest(${parameters}) ${p}(h), ${place.schema}.token_seen ${t} where ${t}.hash = ${u}.h # ${p}.h and ${t}.system = any(${systems}) ${FENCE})`;
}

/** The :text terms whose text starts so; they are always in `terms`. */
function textArray(scope: Scope, place: Place, values: readonly ValueOf<'text'>[]): string {
  const [t, e, p] = [scope.alias('t'), scope.alias('e'), scope.alias('p')];
  // The dictionary holds the first 200 characters.
  const lows = values.map(({ startsWith }) => Array.from(startsWith).slice(0, 200).join(''));
  const highs = lows.map(afterAllStartingWith);
  const parameters = scope.binder.bind([...new Set(values.flatMap((value) => value.parameterHashes))], 'int8[]');
  const ranges = `unnest(${scope.binder.bind(lows, 'text[]')}, ${scope.binder.bind(highs, 'text[]')}) ${e}(low, high)`;
  return `array(select ${t}.hash # ${p}.hash from ${ranges}, unnest(${parameters}) ${p}(hash), ${place.schema}.text_seen ${t} where ${t}.text >= ${e}.low and ${t}.text < ${e}.high)`;
}

/** The hot column of a parameter; what is kept beside it in `extra` (component codes, say) has the same. */
export function hotColumn(parameter: ParameterUse): 'code' | 'category' | null {
  const { storage } = parameter;
  return storage.in === 'code' || storage.in === 'category' ? storage.in : null;
}

/** A row has one of the terms in its hot column. */
export const inColumn = (alias: string, column: 'code' | 'category', terms: Terms): string =>
  terms.one === null ? `${alias}.${column} = any(${terms.array})` : `${alias}.${column} = ${terms.one}`;

/** A row has one of the terms: in the hot column or among several values of it, or in the long tail. */
const carries = (alias: string, column: 'code' | 'category' | null, terms: Terms): readonly string[] =>
  column === null
    ? [`${alias}.terms && ${terms.array}`]
    : [inColumn(alias, column, terms), `${alias}.extra && ${terms.array}`];

export function tokenFilter(scope: Scope, place: Place, alias: string, criterion: Of<'token'>): string {
  const column = hotColumn(criterion.parameter);
  const conditions: string[] = [];
  const terms = termsOf(scope, place, criterion.values);
  if (terms !== null) conditions.push(...carries(alias, column, terms));
  const systems = ofKind(criterion.values, 'system');
  if (systems.length > 0) {
    const own = column === null ? `${alias}.terms` : `coalesce(${alias}.extra, '{}') || ${alias}.${column}`;
    conditions.push(ofSystem(scope, place, own, systems));
  }
  const texts = ofKind(criterion.values, 'text');
  if (texts.length > 0) conditions.push(`${alias}.terms && ${textArray(scope, place, texts)}`);
  const has = or(conditions);
  return criterion.not ? `(${has}) is not true` : has;
}

/** Whether a token criterion can be answered by looking its terms up, without asking row by row. */
export const isLookedUp = (criterion: Of<'token'>): boolean =>
  !criterion.not && criterion.values.every(({ kind }) => kind !== 'system');

/**
 * The ids that a condition finds through an index without order (GIN). What is cut short would be planned as if its few rows
 * could be met early in the table; a materialized part is planned as a whole, yet run only as far as it is read.
 */
export function idsThroughGin(scope: Scope, place: Place, condition: (c: string) => string): string {
  const [c, e] = [scope.alias('c'), scope.alias('e')];
  const where = `${c}.clinic = ${place.clinic} and ${c}.type = ${place.typeSql} and ${condition(c)}`;
  return `(with ${e} as materialized (select ${c}.id from ${place.schema}.current ${c} where ${where}) select id from ${e})`;
}

/** Ids by any index; used inside chains, where no order is wanted. */
export function tokenSource(scope: Scope, place: Place, criterion: Of<'token'>): Source {
  const selects: string[] = [];
  const column = hotColumn(criterion.parameter);
  const terms = termsOf(scope, place, criterion.values);
  if (terms !== null && column !== null) {
    const [c, h] = [scope.alias('c'), scope.alias('h')];
    const from = `select ${c}.id from ${place.schema}.current ${c} where ${c}.clinic = ${place.clinic} and ${c}.type = ${place.typeSql} and ${c}.${column} =`;
    const inHotColumn =
      terms.one === null
        ? `select ${c}.id from (${terms.set}) ${h} cross join lateral (${from} ${h}.h ${FENCE}) ${c}`
        : `(${from} ${terms.one} order by ${c}.date, ${c}.id)`;
    selects.push(
      inHotColumn,
      idsThroughGin(scope, place, (c) => `${c}.extra && ${terms.array}`),
    );
  }
  if (terms !== null && column === null)
    selects.push(idsThroughGin(scope, place, (c) => `${c}.terms && ${terms.array}`));
  const texts = ofKind(criterion.values, 'text');
  if (texts.length > 0) {
    const array = textArray(scope, place, texts);
    selects.push(idsThroughGin(scope, place, (c) => `${c}.terms && ${array}`));
  }
  return { sql: selects.join(' union all '), exact: true };
}
