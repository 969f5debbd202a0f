// Ways to a resource that is known by its id, and to everything of a type, a compartment or the clinic.
import { type Cell, need, wrapped } from './cell.ts';
import type { Planted } from './graph.ts';
import type { Owner } from './oracle.ts';
import type { DeclaredType } from './statement.ts';

type Known = Pick<Planted, 'type' | 'id' | 'owner'>;

export function* readings({ type, id, owner }: Known): Generator<Cell> {
  const needs = [need('r', type, owner)];
  const get = (way: string, path: string, more: Partial<Cell> = {}): Cell => ({
    ...{ way, method: 'GET', path, needs, ...more },
  });
  const read = get('read', `${type}/${id}`);
  const search = get('search by _id', `${type}?_id=${id}`);
  yield read;
  yield get('vread', `${type}/${id}/_history/1`);
  yield get('history', `${type}/${id}/_history`);
  yield get('meta', `${type}/${id}/$meta`);
  yield get('elements', `${type}/${id}?_elements=identifier`);
  yield search;
  yield get('search by _id in a list', `${type}?_id=nobody,${id}`);
  yield { ...get('search by form', `${type}/_search`), method: 'POST', body: `_id=${id}`, contentType: FORM };
  yield get('total', `${type}?_id=${id}&_total=accurate`, { counts: [`${type}/${id}`] });
  yield get('count', `${type}?_id=${id}&_summary=count`, { counts: [`${type}/${id}`] });
  yield get('whole system by type', `?_type=${type}&_id=${id}`);
  yield get('whole system', `?_id=${id}`);
  for (const kind of ['batch', 'transaction'] as const) {
    yield wrapped(kind, read);
    yield wrapped(kind, search);
  }
}

const FORM = 'application/x-www-form-urlencoded';

export function* ofPatient(patient: string, owner: Owner, types: readonly Known[]): Generator<Cell> {
  const get = (way: string, path: string, cell: Partial<Cell>): Cell => ({
    way,
    method: 'GET',
    path,
    needs: [],
    ...cell,
  });
  for (const { type } of types)
    if (!OUTSIDE.has(type))
      yield get('compartment', `${patient}/${type}?_sort=-_lastUpdated`, { needs: [need('r', type, owner)] });
  // What of a compartment somebody may search differs by role; what comes must be of these.
  yield get('whole compartment', `${patient}/*?_sort=-_lastUpdated`, { ok: [200, 403, 404], broad: true });
  yield get('everything', `${patient}/$everything`, { needs: [need('r', 'Patient', owner)] });
  yield get('everything by page', `${patient}/$everything?_count=5`, { needs: [need('r', 'Patient', owner)] });
  yield get('everything since', `${patient}/$everything?_since=2020-01-01`, { needs: [need('r', 'Patient', owner)] });
}

/** Types among the prepared that lie in nobody's compartment. */
const OUTSIDE = new Set(['Task', 'Device', 'Organization', 'Practitioner', 'Location', 'Medication', 'Questionnaire']);

export function* ofEncounter(owner: 'a' | 'b', types: readonly Known[]): Generator<Cell> {
  const encounter = `Encounter/zz-${owner}-encounter`;
  for (const { type } of types.filter(({ type }) => ['Observation', 'Procedure', 'Condition'].includes(type)))
    yield { way: 'compartment', method: 'GET', path: `${encounter}/${type}`, needs: [need('r', type, owner)] };
  const needs = [need('r', 'Encounter', owner)];
  yield { way: 'everything', method: 'GET', path: `${encounter}/$everything`, needs };
}

/** What is asked of each declared type, also of those without any prepared resource. */
export function* ofType({ type }: DeclaredType): Generator<Cell> {
  const needs = [need('r', type, 'shared')];
  const get = (way: string, path: string, cell: Partial<Cell> = {}): Cell => ({
    ...{ way, method: 'GET', path, needs, broad: true as const, ...cell },
  });
  yield get('read of nothing', `${type}/zz-none`, { ok: [404] });
  yield get('vread of nothing', `${type}/zz-none/_history/1`, { ok: [404] });
  yield get('history of nothing', `${type}/zz-none/_history`, { ok: [404] });
  yield get('type history', `${type}/_history?_count=200`);
  yield get('type search', `${type}?_count=200`);
  yield get('type search, sorted', `${type}?_sort=-_lastUpdated&_count=200`);
  yield get('history of everything', `_history?_type=${type}&_count=200`, { needs: [need('r', '*', 'shared')] });
}
