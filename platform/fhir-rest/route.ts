// What a method and a path ask for: http://hl7.org/fhir/R4/http.html#summary
import { refuse } from '@polyclinic/kit';
import { LEGAL_ID } from './links.ts';

export type Interaction =
  | 'read'
  | 'vread'
  | 'update'
  | 'patch'
  | 'delete'
  | 'create'
  | 'search'
  | 'history'
  | 'conditional-update'
  | 'conditional-patch'
  | 'conditional-delete'
  | 'capabilities'
  | 'bundle'
  | 'operation'
  | 'compartment';

export interface Route {
  readonly interaction: Interaction;
  /** '' at system level. */
  readonly type: string;
  /** '' at type level. */
  readonly id: string;
  /** vread: the version. Operation: its name without `$`. Compartment: the type searched, or `*`. */
  readonly last: string;
}

const TYPE = /^[A-Z][A-Za-z]*$/;

/** @throws Refusal 404 where nothing answers, 405 where another method would */
export function routeOf(method: string, path: string): Route {
  const parts = decoded(path).split('/');
  if (parts[0] === '') parts.shift();
  if (parts.length > 0 && parts[parts.length - 1] === '') parts.pop();
  const asked = method === 'HEAD' ? 'GET' : method;
  const allowed = answersAt(parts);
  if (allowed === null) throw refuse('not-found', 'nothing answers at this path', { status: 404 });
  const route = allowed[asked];
  if (route === undefined) throw new MethodNotAllowed(Object.keys(allowed));
  return route;
}

/** `%24everything` is `$everything`; an escaped slash would be part of no legal name. */
function decoded(path: string): string {
  if (!path.includes('%')) return path;
  try {
    if (!/%2f/i.test(path)) return decodeURIComponent(path);
  } catch {
    // Falls through: what can't be decoded is no path either.
  }
  throw refuse('not-found', 'nothing answers at this path', { status: 404 });
}

/** 405, with the methods that would be answered here. */
export class MethodNotAllowed extends Error {
  readonly allow: string;
  constructor(methods: readonly string[]) {
    super('this method is not answered at this path');
    this.name = 'MethodNotAllowed';
    this.allow = methods.includes('GET') ? [...methods, 'HEAD'].join(', ') : methods.join(', ');
  }
}

type Answers = Readonly<Record<string, Route>>;
const to = (interaction: Interaction, type = '', id = '', last = ''): Route => ({ interaction, type, id, last });

function answersAt(parts: readonly string[]): Answers | null {
  const first = parts[0];
  if (first === undefined) return { GET: to('search'), POST: to('bundle') };
  if (!TYPE.test(first)) return parts.length === 1 ? systemAnswers(first) : null;
  const second = parts[1];
  if (second === undefined)
    return {
      GET: to('search', first),
      POST: to('create', first),
      PUT: to('conditional-update', first),
      PATCH: to('conditional-patch', first),
      DELETE: to('conditional-delete', first),
    };
  if (second === '_search') return parts.length === 2 ? { POST: to('search', first) } : null;
  if (second === '_history') return parts.length === 2 ? { GET: to('history', first) } : null;
  if (second.startsWith('$')) return parts.length === 2 ? operationAnswers(first, '', second) : null;
  if (!LEGAL_ID.test(second)) return null;
  return instanceAnswers(first, second, parts);
}

function systemAnswers(first: string): Answers | null {
  if (first === 'metadata') return { GET: to('capabilities') };
  if (first === '_history') return { GET: to('history') };
  if (first === '_search') return { POST: to('search') };
  return first.startsWith('$') ? operationAnswers('', '', first) : null;
}

const operationAnswers = (type: string, id: string, name: string): Answers => ({
  GET: to('operation', type, id, name.slice(1)),
  POST: to('operation', type, id, name.slice(1)),
});

function instanceAnswers(type: string, id: string, parts: readonly string[]): Answers | null {
  const [, , third, fourth] = parts;
  if (third === undefined)
    return {
      GET: to('read', type, id),
      PUT: to('update', type, id),
      PATCH: to('patch', type, id),
      DELETE: to('delete', type, id),
    };
  if (third === '_history') {
    if (fourth === undefined) return { GET: to('history', type, id) };
    return parts.length === 4 ? { GET: to('vread', type, id, fourth) } : null;
  }
  if (third.startsWith('$')) return parts.length === 3 ? operationAnswers(type, id, third) : null;
  if (third !== '*' && !TYPE.test(third)) return null;
  if (fourth === undefined) return { GET: to('compartment', type, id, third) };
  return fourth === '_search' && parts.length === 4 ? { POST: to('compartment', type, id, third) } : null;
}
