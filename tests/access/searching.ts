// Ways to find, and to find out: every declared parameter, sort order, chain, `_has`, include and list.
import { type Cell, need } from './cell.ts';
import { type Planted, WORDS } from './graph.ts';
import { type DeclaredType, referencesOf } from './statement.ts';

const get = (way: string, path: string, cell: Omit<Cell, 'way' | 'method' | 'path'>): Cell => ({
  ...{ way, method: 'GET', path, headers: { prefer: 'handling=strict' }, ...cell },
});

/** By every declared parameter, with a value that the resource has. */
export function* byParameters(at: Planted, { searchParam }: DeclaredType): Generator<Cell> {
  const { type, owner } = at;
  for (const { name, type: kind } of searchParam) {
    const asked = valueFor(at, name, kind);
    if (asked === null) continue;
    const needs = [need('r', type, owner), ...(name === '_list' ? [need('r', 'List', owner)] : [])];
    const broad = asked.broad ? { broad: true as const } : {};
    yield get('search by parameter', `${type}?${name}=${encodeURIComponent(asked.value)}`, { needs, ...broad });
    yield get('missing', `${type}?${name}:missing=true&_id=${at.id}`, { needs, ok: [200, 400] });
    yield get('sort', `${type}?_id=${at.id}&_sort=${name}`, { needs: needs.slice(0, 1), ok: [200, 400] });
    if (kind === 'token') yield get('negated', `${type}?${name}:not=nothing&_id=${at.id}`, { needs, ok: [200, 400] });
    if (kind === 'string')
      yield get('contained', `${type}?${name}:contains=${at.word.slice(1)}`, { needs, ok: [200, 400] });
  }
}

/** A value by which the parameter finds the resource where it can. */
function valueFor(at: Planted, name: string, kind: string): { value: string; broad: boolean } | null {
  const text = JSON.stringify(at.resource);
  const own = at.resource[name];
  if (name === '_has') return null;
  if (name === '_id') return { value: at.id, broad: false };
  if (name === '_list') return { value: `zz-${at.owner === 'b' ? 'b' : 'a'}-list`, broad: true };
  if (name === '_lastUpdated') return { value: 'gt2020-01-01', broad: true };
  if (kind === 'token' && typeof own === 'string') return { value: own, broad: true };
  if (kind === 'date') return { value: /\d{4}-\d\d-\d\d/.exec(text)?.[0] ?? '2093-01-01', broad: false };
  if (kind === 'reference') {
    const references = [...text.matchAll(/"reference":"([^"]+)"/g)].map(([, reference]) => reference);
    return { value: references.join(',') || `${at.type}/${at.id}`, broad: true };
  }
  if (kind === 'quantity' || kind === 'number') return { value: '1', broad: true };
  if (kind === 'uri') return { value: `http://words.example/${at.word}`, broad: false };
  if (kind === 'composite') return { value: `${at.word}$${at.word}`, broad: true };
  return { value: at.word, broad: false };
}

/** The types that a resource points to among the prepared, each as `Type/id`. */
const pointsTo = (at: Planted): ReadonlySet<string> =>
  new Set([...JSON.stringify(at.resource).matchAll(/"reference":"([^"]+)"/g)].map(([, reference = '']) => reference));

/** Along every edge between two prepared resources, in each direction and by each way that follows it. */
export function* alongEdges(all: readonly Planted[], types: ReadonlyMap<string, DeclaredType>): Generator<Cell> {
  const byReference = new Map(all.map((each) => [`${each.type}/${each.id}`, each]));
  for (const from of all) {
    const declared = types.get(from.type);
    if (declared === undefined) continue;
    for (const reference of pointsTo(from)) {
      const to = byReference.get(reference);
      if (to !== undefined) for (const parameter of referencesOf(declared)) yield* alongEdge(from, to, parameter);
    }
  }
}

function* alongEdge(from: Planted, to: Planted, parameter: string): Generator<Cell> {
  const [there, back] = [need('r', from.type, from.owner), need('r', to.type, to.owner)];
  const word = encodeURIComponent(`${WORDS}|${to.word}`);
  const ok = [200, 400];
  yield get('chain', `${from.type}?${parameter}:${to.type}.identifier=${word}`, { needs: [there, back], ok });
  const has = `_has:${from.type}:${parameter}:identifier=${encodeURIComponent(`${WORDS}|${from.word}`)}`;
  yield get('_has', `${to.type}?${has}`, {
    ...{ needs: [there, back], ok },
    // What A's own resources point to is partly A's.
    ...(from.owner === 'a' ? { broad: true as const } : {}),
  });
  yield get('_has of a known one', `${to.type}?_id=${to.id}&_summary=count&${has}`, {
    ...{ needs: [there, back], ok, counts: [`${to.type}/${to.id}`] },
  });
  const source = need('r', from.type, to.owner);
  yield get('_revinclude', `${to.type}?_id=${to.id}&_revinclude=${from.type}:${parameter}`, {
    needs: [back, source],
    ok,
  });
}

/** Every declared include from a resource, and the wildcards. */
export function* includes({ type, id, owner }: Planted, { searchInclude }: DeclaredType): Generator<Cell> {
  const needs = [need('r', type, owner)];
  for (const include of searchInclude) {
    yield get('_include', `${type}?_id=${id}&_include=${include}`, { needs, ok: [200, 403] });
    yield get('_include:iterate', `${type}?_id=${id}&_include:iterate=${include}`, { needs, ok: [200, 403] });
  }
  yield get('_revinclude of all', `${type}?_id=${id}&_revinclude=*`, { needs });
}
