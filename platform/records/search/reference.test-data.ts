// What a search means, told a second time and as plainly as can be: every stored resource is looked at, in memory, by its
// index entries. The tests hold the SQL against this.
import type {
  CompositeValue,
  Criterion,
  DateValue,
  Hash,
  NumberValue,
  QuantityValue,
  SearchQuery,
  Sort,
  TokenValue,
} from '@polyclinic/fhir/search';
import type { Visibility } from '../types.ts';
import type { Stored } from './practice.test-data.ts';
import { r4SearchModel as model } from './r4-model.ts';
import { canBeShared, compartmentOf } from './scope.ts';
import { pathsAbove } from './uris.ts';

const xor = (a: Hash, b: Hash): Hash => BigInt.asIntN(64, BigInt(a) ^ BigInt(b)).toString();

/** Every row that these eyes see of a type. */
export function seen(world: readonly Stored[], type: string, { clinic, patients }: Visibility): readonly Stored[] {
  return world.filter((row) => {
    if (row.type !== type || (row.clinic !== clinic && !(row.clinic === 0 && canBeShared(type)))) return false;
    if (patients === null || compartmentOf(model, type) === 'outside') return true;
    return type === 'Patient'
      ? patients.includes(row.id)
      : row.index.patients.some((patient) => patients.includes(patient));
  });
}

const spans = (
  value: DateValue,
  from: number | string,
  to: number | string,
  low: number | string,
  high: number | string,
): boolean => {
  switch (value.prefix) {
    case 'eq':
      return from >= low && to < high;
    case 'ne':
      return !(from >= low && to < high);
    case 'gt':
      return to >= high;
    case 'lt':
      return from < low;
    case 'ge':
      return to >= high || (from >= low && to < high);
    case 'le':
      return from < low || (from >= low && to < high);
    case 'sa':
      return from >= high;
    case 'eb':
      return to < low;
    case 'ap':
      return from < high && to >= low;
  }
};

const moment = (text: string): string => (text === '-infinity' ? '' : text === 'infinity' ? '~' : text);

const onDate = (value: DateValue, low: string, high: string): boolean =>
  spans(value, moment(low), moment(high), value.low, value.high);

function onNumber(value: Pick<NumberValue, 'prefix' | 'value' | 'low' | 'high'>, from: number, to: number): boolean {
  const equal = (from >= value.low && to < value.high) || (from === value.value && to === value.value);
  switch (value.prefix) {
    case 'eq':
      return equal;
    case 'ne':
      return !equal;
    case 'gt':
      return to > value.value;
    case 'lt':
      return from < value.value;
    case 'ge':
      return to >= value.value;
    case 'le':
      return from <= value.value;
    case 'sa':
      return from > value.value;
    case 'eb':
      return to < value.value;
    case 'ap':
      return from <= value.high && to >= value.low;
  }
}

interface Amount {
  readonly low: number;
  readonly high: number;
  readonly systemCode: Hash | null;
  readonly code: Hash | null;
  readonly unit: Hash | null;
  readonly canonical?: { readonly low: number; readonly high: number; readonly unit: Hash } | null;
}

function onQuantity(value: QuantityValue, amount: Amount): boolean {
  const { unit } = value;
  const plain = onNumber(value, amount.low, amount.high);
  if (unit.kind === 'any') return plain;
  if (unit.kind === 'code') return (amount.code === unit.code || amount.unit === unit.unit) && plain;
  if (unit.canonical !== null && amount.canonical) {
    const { low, high } = amount.canonical;
    return (
      amount.canonical.unit === unit.canonical.unit && onNumber({ ...unit.canonical, prefix: value.prefix }, low, high)
    );
  }
  return amount.systemCode === unit.hash && plain;
}

export function createReference(world: readonly Stored[]) {
  const tokens = new Map<Hash, { system: string; code: string; hash: Hash }>();
  const texts = new Map<Hash, { text: string; hash: Hash }>();
  for (const { index } of world) {
    for (const token of index.tokensSeen) tokens.set(token.hash, token);
    for (const text of index.textsSeen) texts.set(text.hash, text);
  }

  function hashesOf(value: TokenValue): readonly Hash[] {
    const terms = (found: readonly { hash: Hash }[], parameters: readonly Hash[]) =>
      found.flatMap(({ hash }) => parameters.map((parameter) => xor(hash, parameter)));
    switch (value.kind) {
      case 'term':
        return value.hashes;
      case 'code':
        return terms(
          [...tokens.values()].filter(({ code }) => code === value.code),
          value.parameterHashes,
        );
      case 'system':
        return terms(
          [...tokens.values()].filter(({ system }) => system === value.system),
          value.parameterHashes,
        );
      case 'text':
        return terms(
          [...texts.values()].filter(({ text }) => text.startsWith(value.startsWith)),
          value.parameterHashes,
        );
    }
  }

  function inComposite(value: CompositeValue, entry: Stored['index']['composites'][number]): boolean {
    if (!hashesOf(value.first).includes(entry.first)) return false;
    if (
      value.third !== undefined &&
      (entry.low2 === null || entry.high2 === null || !onNumber(value.third, entry.low2, entry.high2))
    )
      return false;
    const { second } = value;
    if (second.kind === 'hash') return entry.second === second.hash;
    if (second.kind === 'token') return entry.second !== null && hashesOf(second.value).includes(entry.second);
    if (entry.low === null || entry.high === null) return false;
    const range = { ...entry, low: entry.low, high: entry.high };
    if (second.kind === 'quantity') return onQuantity(second.value, range);
    if (second.kind === 'number') return onNumber(second.value, range.low, range.high);
    return spans(
      second.value,
      range.low,
      range.high,
      Date.parse(second.value.low) / 1000,
      Date.parse(second.value.high) / 1000,
    );
  }

  function meets(row: Stored, criterion: Criterion, eyes: Visibility): boolean {
    const { index } = row;
    const own = <T extends { parameter: number }>(entries: readonly T[]): readonly T[] =>
      'parameter' in criterion
        ? entries.filter(({ parameter }) => criterion.parameter.numbers.includes(parameter))
        : [];
    const unless = (not: boolean, met: boolean) => met !== not;
    switch (criterion.kind) {
      case 'token': {
        const terms = new Set([index.code, index.category, ...index.extra, ...index.terms]);
        return unless(
          criterion.not,
          criterion.values.some((value) => hashesOf(value).some((hash) => terms.has(hash))),
        );
      }
      case 'identifier':
        return unless(
          criterion.not,
          own(index.identifiers).some((entry) =>
            criterion.values.some(
              ({ system, value, ofType }) =>
                (system === undefined || system === entry.system) &&
                (value === undefined || value === entry.value) &&
                (ofType === undefined || entry.types.includes(ofType)),
            ),
          ),
        );
      case 'string':
        return own(index.strings).some(({ value, exact }) =>
          criterion.values.some((wanted) =>
            criterion.match === 'exact'
              ? exact === wanted
              : criterion.match === 'starts'
                ? value.startsWith(wanted)
                : value.includes(wanted),
          ),
        );
      case 'uri': {
        const met = own(index.strings).some(({ value }) =>
          criterion.values.some((wanted) => {
            if (criterion.match === 'exact') return value === wanted;
            if (criterion.match === 'above') return pathsAbove(wanted).includes(value);
            return value === wanted || value.startsWith(wanted.endsWith('/') ? wanted : `${wanted}/`);
          }),
        );
        return unless(criterion.not, met);
      }
      case 'date': {
        if (criterion.parameter.storage.in !== 'date')
          return own(index.dates).some(({ low, high }) => criterion.values.some((value) => onDate(value, low, high)));
        if (index.date === '-infinity' && index.dateEnd === 'infinity') return false;
        return criterion.values.some((value) => onDate(value, index.date, index.dateEnd));
      }
      case 'number':
        return own(index.quantities).some(({ low, high }) =>
          criterion.values.some((value) => onNumber(value, low, high)),
        );
      case 'quantity':
        return own(index.quantities).some((entry) => criterion.values.some((value) => onQuantity(value, entry)));
      case 'reference':
        return unless(
          criterion.not,
          own(index.references).some(({ targetType, targetId }) =>
            criterion.values.some(({ types, id }) => types.includes(targetType) && id === targetId),
          ),
        );
      case 'composite':
        return own(index.composites).some((entry) => criterion.values.some((value) => inComposite(value, entry)));
      case 'missing':
        return ((BigInt(index.present) >> BigInt(criterion.bit)) & 1n) === (criterion.missing ? 0n : 1n);
      case 'id':
        return unless(criterion.not, criterion.ids.includes(row.id));
      case 'lastUpdated':
        throw new Error('tested by itself');
      case 'chain':
        return own(index.references).some(({ targetType, targetId }) =>
          criterion.branches.some(
            (branch) =>
              model.typeNumber(branch.type) === targetType &&
              seen(world, branch.type, eyes).some(
                (target) => target.id === targetId && meets(target, branch.criterion, eyes),
              ),
          ),
        );
      case 'has':
        return seen(world, criterion.type, eyes).some(
          (source) =>
            source.index.references.some(
              ({ parameter, targetType, targetId }) =>
                criterion.parameter.numbers.includes(parameter) &&
                model.typeName(targetType) === row.type &&
                targetId === row.id,
            ) && meets(source, criterion.criterion, eyes),
        );
      case 'list': {
        const item = model.parameter('List', 'item');
        return seen(world, 'List', eyes).some(
          (list) =>
            list.id === criterion.listId &&
            list.index.references.some(
              ({ parameter, targetType, targetId }) =>
                item?.numbers.includes(parameter) && model.typeName(targetType) === row.type && targetId === row.id,
            ),
        );
      }
    }
  }

  function within(row: Stored, compartment: SearchQuery['compartment']): boolean {
    if (compartment === null) return true;
    if (row.type === compartment.type) return row.id === compartment.id;
    if (compartment.type === 'Patient') return row.index.patients.includes(compartment.id);
    const numbers = model.compartmentParameters(compartment.type, row.type);
    return row.index.references.some(
      ({ parameter, targetType, targetId }) =>
        numbers.includes(parameter) && targetId === compartment.id && model.typeName(targetType) === compartment.type,
    );
  }

  /** null for what sorting by the value can't place. */
  function sortValue(row: Stored, { by, descending }: Sort): string | number | null {
    if (by === '_id') return row.id;
    if (by === '_lastUpdated') throw new Error('tested by itself');
    const parameter = model.parameter(row.type, by.code) ?? by;
    const own = <T extends { parameter: number }>(entries: readonly T[]) =>
      entries.filter((entry) => parameter.numbers.includes(entry.parameter));
    const { index } = row;
    const pick = (values: readonly (string | number)[]) =>
      values.length === 0 ? null : values.reduce((a, b) => (compare(a, b) > 0 === descending ? a : b));
    switch (parameter.storage.in) {
      case 'date':
        return index.date === '-infinity' ? null : index.date;
      case 'dates':
        return pick(own(index.dates).map(({ low }) => moment(low)));
      case 'strings':
        return pick(own(index.strings).map(({ value }) => value));
      case 'identifiers':
        return pick(own(index.identifiers).map(({ value }) => value));
      case 'references':
        return pick(own(index.references).map(({ targetId }) => targetId));
      case 'quantities':
        return pick(
          own(index.quantities).map(({ low, high, canonical }) =>
            descending ? (canonical?.high ?? high) : (canonical?.low ?? low),
          ),
        );
      default: {
        const terms = [index.code, index.category, ...index.extra, ...index.terms].filter((term) => term !== null);
        const hashes = parameter.numbers.map(model.parameterHash);
        return pick(terms.flatMap((term) => hashes.flatMap((hash) => tokens.get(xor(term, hash))?.code ?? [])));
      }
    }
  }

  /** Every match, in order. */
  return function search(query: SearchQuery, eyes: Visibility): readonly Stored[] {
    const matches = query.types.flatMap((type) =>
      seen(world, type, eyes).filter(
        (row) =>
          within(row, query.compartment) &&
          (query.criteria[type] ?? []).every((criterion) => meets(row, criterion, eyes)),
      ),
    );
    const { sort } = query;
    const tie = sort.at(-1)?.descending ?? true;
    return matches.toSorted((a, b) => {
      const keys =
        sort.length === 0
          ? [[moment(a.index.date), moment(b.index.date), true] as const]
          : sort.map((one) => [sortValue(a, one), sortValue(b, one), one.descending] as const);
      for (const [x, y, descending] of keys) {
        if (x === null || y === null) {
          if (x !== y) return x === null ? 1 : -1;
        } else if (compare(x, y) !== 0) return descending ? -compare(x, y) : compare(x, y);
      }
      const ties =
        compare(a.id, b.id) || compare(model.typeNumber(a.type), model.typeNumber(b.type)) || a.clinic - b.clinic;
      return tie ? -ties : ties;
    });
  };
}

/** Code point order, as PostgreSQL's "C". */
function compare(a: string | number, b: string | number): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}
