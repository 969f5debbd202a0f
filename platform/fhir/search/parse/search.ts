// Reads a whole search: every parameter is understood, reported or refused; none is dropped in silence.
// Spec: http://hl7.org/fhir/R4/search.html
import { refuse } from '@polyclinic/kit';
import { canonicalQuantity } from '../../units.ts';
import { r4Catalogue } from '../catalogue-r4.ts';
import type { Criterion, Include, SearchQuery, Sort } from '../query.ts';
import { parametersFor } from '../registry-r4.ts';
import type { ParseContext } from './context.ts';
import { DEFAULT_COUNT, parseCount, parseElements, parseSort, parseWord, SUMMARIES, TOTALS } from './controls.ts';
import { parseCriterion } from './criterion.ts';
import { parseInclude } from './includes.ts';
import { type Pair, queryPairs } from './query-text.ts';
import { badModifier, badParameter, badValue, nameable } from './refusals.ts';

export interface SearchRequest {
  /** One type, or those a whole-system or compartment search may find. */
  readonly types: readonly string[];
  /** The raw query string without '?', still percent-encoded. */
  readonly query: string;
  /** The raw form body of a POST _search. */
  readonly body?: string;
  /** Prefer: handling=strict - an unknown parameter is refused instead of reported. */
  readonly strict: boolean;
  readonly compartment?: { readonly type: string; readonly id: string } | null;
  readonly now: () => Date;
  /** `http://host/fhir/R4`: references below it are this server's own. */
  readonly base?: string;
}

// Each is a round of look-ups after the page.
const MAX_INCLUDES = 30;

interface Reading {
  /** What was asked for, and what of it can still match. */
  readonly asked: readonly string[];
  types: readonly string[];
  readonly criteria: Map<string, Criterion[]>;
  sort: readonly Sort[];
  count: number;
  cursor: string | null;
  total: SearchQuery['total'];
  summary: SearchQuery['summary'];
  elements: readonly string[];
  readonly includes: Include[];
  readonly used: (readonly [string, string])[];
  readonly ignored: string[];
}

/** @throws Refusal 400 naming the parameter that can't be understood (never its value). */
export function parseSearch(request: SearchRequest): SearchQuery {
  const context: ParseContext = {
    catalogue: r4Catalogue,
    parametersFor,
    canonical: canonicalQuantity,
    now: request.now,
    base: request.base ?? null,
  };
  const pairs = [...queryPairs(request.query), ...queryPairs(request.body ?? '')];
  const asked = searchedTypes(request.types, pairs);
  const reading: Reading = {
    asked,
    types: asked,
    criteria: new Map(),
    sort: [],
    count: DEFAULT_COUNT,
    cursor: null,
    total: 'none',
    summary: 'false',
    elements: [],
    includes: [],
    used: [],
    ignored: [],
  };
  for (const { name, value } of pairs) {
    const understood =
      value !== '' && (control(context, reading, name, value) ?? criterion(context, reading, name, value));
    if (!understood) reading.ignored.push(nameable(name));
  }
  if (request.strict && reading.ignored.length > 0) throw unknown(reading.ignored);
  const { criteria, types, asked: _, ...rest } = reading;
  return {
    ...rest,
    types,
    criteria: Object.fromEntries(types.map((type) => [type, criteria.get(type) ?? []])),
    compartment: request.compartment ?? null,
  };
}

function unknown(names: readonly string[]): Error {
  const [first = ''] = names;
  return refuse('not-supported', `Not known or without a value here: ${[...new Set(names)].join(', ')}`, {
    status: 400,
    expression: first,
  });
}

/** `_type` narrows what a search over several types looks at. */
function searchedTypes(types: readonly string[], pairs: readonly Pair[]): readonly string[] {
  let narrowed = types;
  for (const { name, value } of pairs) {
    if (name !== '_type' || value === '') continue;
    const wanted = value.split(',');
    for (const type of wanted)
      if (r4Catalogue.typeNumber(type) === undefined) throw badValue(name, 'a list of resource types');
    narrowed = narrowed.filter((type) => wanted.includes(type));
    if (narrowed.length === 0) throw badValue(name, 'among the types that are searched here');
  }
  return narrowed;
}

/** Takes a parameter that shapes the answer; true when understood, false when not supported, null when it is none. */
function control(context: ParseContext, reading: Reading, name: string, value: string): boolean | null {
  const [code = '', modifier] = name.split(':');
  if (code !== '_include' && code !== '_revinclude' && modifier !== undefined && CONTROLS.has(code))
    throw badModifier(name);
  let shown = value;
  switch (code) {
    case '_count':
      reading.count = parseCount(name, value);
      // The self link tells what a page really holds.
      shown = String(reading.count);
      break;
    case '_sort': {
      const sort = parseSort(context, reading.types, name, value);
      if (sort === null) return false;
      reading.sort = sort;
      break;
    }
    case '_total':
      reading.total = parseWord(name, value, TOTALS);
      break;
    case '_summary':
      reading.summary = parseWord(name, value, SUMMARIES);
      break;
    case '_elements':
      reading.elements = parseElements(name, value);
      break;
    case '_cursor':
      reading.cursor = value;
      break;
    case '_include':
    case '_revinclude':
      if (!include(context, reading, name, value)) return false;
      break;
    case '_contained':
      // Contained resources are part of their container here and never matches of their own.
      if (value !== 'false') return false;
      break;
    case '_type':
    case '_format':
    case '_pretty':
      break;
    default:
      return null;
  }
  reading.used.push([name, shown]);
  return true;
}

const CONTROLS = new Set('_count _sort _total _summary _elements _cursor _contained _type _format _pretty'.split(' '));

function include(context: ParseContext, reading: Reading, name: string, value: string): boolean {
  const [code, modifier, ...more] = name.split(':');
  // `recurse` is what STU3 called `iterate`.
  if (more.length > 0 || (modifier !== undefined && modifier !== 'iterate' && modifier !== 'recurse'))
    throw badModifier(name);
  const how = { iterate: modifier !== undefined, reverse: code === '_revinclude' };
  const found = value.split(',').map((one) => parseInclude(context, name, one, how));
  const known = found.filter((one) => one !== null);
  if (known.length < found.length) return false;
  reading.includes.push(...known);
  if (reading.includes.length > MAX_INCLUDES)
    throw badParameter(name, `is one too many: a search takes at most ${MAX_INCLUDES} includes`);
  return true;
}

// An id that no resource has.
const NOBODY: Criterion = { kind: 'id', not: false, ids: [''] };

/** Takes a parameter that matches resources. Types that lack it can't match, so they are left out of the search. */
function criterion(context: ParseContext, reading: Reading, name: string, value: string): boolean {
  const meaning = (types: readonly string[]) =>
    types.flatMap((type) => {
      const one = parseCriterion(context, type, name, value);
      return one === null ? [] : [{ type, one }];
    });
  let found = meaning(reading.types);
  if (found.length === 0) {
    if (meaning(reading.asked).length === 0) return false;
    // Each parameter is known to some type, but no type knows them all: nothing can match.
    found = reading.types.map((type) => ({ type, one: NOBODY }));
  }
  for (const { type, one } of found) {
    const own = reading.criteria.get(type);
    if (own === undefined) reading.criteria.set(type, [one]);
    else own.push(one);
  }
  reading.types = found.map(({ type }) => type);
  reading.used.push([name, value]);
  return true;
}
