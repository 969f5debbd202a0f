// Ways to change something. Whoever may is let through as far as a version that is not current or a resource that is
// not valid, so that the matrix changes nothing that it asks about.
import { type Cell, need, wrapped } from './cell.ts';
import { type Planted, WORDS } from './graph.ts';
import type { Letter } from './oracle.ts';
import type { DeclaredType } from './statement.ts';

const STALE = { 'if-match': 'W/"9999"' };
const JSON_PATCH = 'application/json-patch+json';
const UNCHANGED = (type: string) => [{ op: 'test', path: '/resourceType', value: type }];

export function* writings({ type, id, owner, word, resource }: Planted): Generator<Cell> {
  const cell = (way: string, letters: string, method: string, path: string, more: Partial<Cell>): Cell => ({
    ...{ way, method, path, needs: [...letters].map((letter) => need(letter as Letter, type, owner)), ...more },
  });
  const found = `${type}?identifier=${encodeURIComponent(`${WORDS}|${word}`)}`;
  const put = cell('update', 'u', 'PUT', `${type}/${id}`, { body: resource, headers: STALE, ok: [412] });
  const remove = cell('delete', 'd', 'DELETE', `${type}/${id}`, { headers: STALE, ok: [409, 412] });
  yield put;
  yield remove;
  yield cell('patch', 'u', 'PATCH', `${type}/${id}`, { body: UNCHANGED(type), contentType: JSON_PATCH });
  yield cell('conditional update', 'ur', 'PUT', found, { body: resource, headers: STALE, ok: [412] });
  yield cell('conditional patch', 'ur', 'PATCH', found, { body: UNCHANGED(type), contentType: JSON_PATCH });
  yield cell('conditional delete', 'dr', 'DELETE', found, { headers: STALE, ok: [409, 412] });
  yield cell('conditional create', 'cr', 'POST', type, {
    body: resource,
    headers: { 'if-none-exist': found.slice(type.length + 1) },
  });
  for (const kind of ['batch', 'transaction'] as const) {
    yield wrapped(kind, put);
    yield wrapped(kind, remove);
  }
}

/** Writes of each declared type, with what no type allows. */
export function* writingsOf({ type }: DeclaredType): Generator<Cell> {
  const body = { resourceType: type, id: 'zz-none', zzz: 1 };
  const needs = (letter: Letter) => [need(letter, type, 'shared')];
  const invalid = [400, 422];
  yield { way: 'create', method: 'POST', path: type, body, needs: needs('c'), ok: invalid };
  yield { way: 'create by update', method: 'PUT', path: `${type}/zz-none`, body, needs: needs('u'), ok: invalid };
  yield {
    ...{ way: 'patch of nothing', method: 'PATCH', path: `${type}/zz-none`, needs: needs('u'), ok: [404] },
    ...{ body: UNCHANGED(type), contentType: JSON_PATCH },
  };
  yield {
    way: 'delete of nothing',
    method: 'DELETE',
    path: `${type}/zz-none`,
    needs: needs('d'),
    headers: STALE,
    ok: [204, 412],
  };
}
