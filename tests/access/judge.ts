// Asks one question as one person and compares the answer with the oracle.
import type { Cell } from './cell.ts';
import type { Planted } from './graph.ts';
import { allows, type Role } from './oracle.ts';
import type { Person } from './people.ts';

export interface Heard {
  readonly status: number;
  /** The prepared resources in it, as `Type/id`. */
  readonly found: ReadonlySet<string>;
  /** Anything at all in it. */
  readonly empty: boolean;
  readonly total: number | null;
  readonly text: string;
}

interface Body {
  readonly resourceType?: string;
  readonly id?: string;
  readonly type?: string;
  readonly total?: number;
  readonly entry?: readonly Entry[];
}
interface Entry {
  readonly resource?: Body;
  readonly response?: { readonly status?: string };
}

export async function ask(url: string, { token }: Person, cell: Cell): Promise<Heard> {
  const { method, path, body, contentType, headers } = cell;
  const answer = await fetch(path === '' ? url : `${url}/${path}`, {
    method,
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': contentType ?? 'application/fhir+json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const json = (/^\s*\{/.test(text) ? JSON.parse(text) : {}) as Body;
  return { ...contentOf(answer.status, json), text: `${[...answer.headers].join('\n')}\n${text}` };
}

/** A batch or transaction is heard as its only entry. */
function contentOf(status: number, json: Body): Omit<Heard, 'text'> {
  if (json.type === 'batch-response' || json.type === 'transaction-response') {
    const [only] = json.entry ?? [];
    return contentOf(Number.parseInt(only?.response?.status ?? '0', 10), only?.resource ?? {});
  }
  const isBundle = json.resourceType === 'Bundle';
  const resources = isBundle ? (json.entry ?? []).flatMap(({ resource }) => resource ?? []) : [json];
  const real = resources.filter(
    ({ resourceType }) => resourceType !== undefined && resourceType !== 'OperationOutcome',
  );
  const found = new Set(real.map(({ resourceType, id }) => `${resourceType}/${id}`));
  return { status, found, empty: isBundle && real.length === 0 && (json.total ?? 0) === 0, total: json.total ?? null };
}

const sees = (role: Role, { type, owner }: Planted) => allows(role, { letter: 'r', type, owner });

/**
 * What is wrong with an answer, in words; empty when it is as it must be.
 * @param full what the same question finds for who sees all of the clinic
 */
export function faults(
  world: ReadonlyMap<string, Planted>,
  { role }: Person,
  cell: Cell,
  heard: Heard,
  full: Pick<Heard, 'status' | 'found'>,
): string[] {
  const wrong: string[] = [];
  const permitted = role !== 'nobody' && cell.needs.every((each) => allows(role, each));
  const kindOpen = cell.needs.every((each) => allows(role, each) || allows(role, { ...each, owner: 'a' }));
  const refused = [401, 403, 404].includes(heard.status);
  // What nobody can ask is told to everybody alike.
  const senseless = full.status === 400 && heard.status === 400;
  const ok = senseless || (cell.ok ?? [200]).includes(heard.status);
  if (permitted && !ok) wrong.push(`answered ${heard.status} to who may`);
  if (
    !permitted &&
    !refused &&
    !senseless &&
    !(ok && heard.status === 200 && (heard.empty || (cell.broad === true && kindOpen)))
  )
    wrong.push(`answered ${heard.status} to who may not`);
  if (role === 'nobody' && heard.status !== 401) wrong.push(`answered ${heard.status} to nobody`);
  for (const reference of heard.found) {
    const shown = world.get(reference);
    if (shown !== undefined && !sees(role, shown)) wrong.push(`shows ${reference}`);
  }
  if (permitted && ok && heard.status !== 403)
    for (const reference of full.found) {
      const there = world.get(reference);
      if (there !== undefined && sees(role, there) && !heard.found.has(reference)) wrong.push(`lacks ${reference}`);
    }
  const countable = cell.counts?.filter((each) => {
    const counted = world.get(each);
    return counted !== undefined && sees(role, counted);
  });
  if (countable !== undefined && heard.status === 200 && (heard.total ?? 0) > countable.length)
    wrong.push(`counts ${heard.total}`);
  return [...wrong, ...wordsHeard(world, role, cell, heard)];
}

/** Words of resources that somebody may not see, beyond those that were in the question itself. */
function wordsHeard(world: ReadonlyMap<string, Planted>, role: Role, cell: Cell, heard: Heard): string[] {
  const question = `${decodeURIComponent(cell.path)} ${JSON.stringify(cell.headers)}`;
  const withoutLinks = heard.text.replace(/"link":\[[^\]]*\]/g, '');
  return [...world.values()].flatMap((each) => {
    if (each.word === '' || sees(role, each)) return [];
    return (question.includes(each.word) ? withoutLinks : heard.text).includes(each.word) ? [`tells ${each.word}`] : [];
  });
}
