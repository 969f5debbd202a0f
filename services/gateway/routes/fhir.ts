// The FHIR door: everything below /fhir/R4. http://hl7.org/fhir/R4/http.html
import type { FhirRequest, FhirResponse } from '@polyclinic/fhir-rest';
import { errorAnswer, type HttpRequest, type Method, type Route } from '@polyclinic/http';
import { refuse, type Subject } from '@polyclinic/kit';
import type { Doorkeeper } from '../authenticate.ts';

const BASE = '/fhir/R4';
const ALL: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** The headers FHIR gives meaning; no other goes further than this. */
const MEANT = ['accept', 'content-type', 'if-match', 'if-modified-since', 'if-none-exist', 'if-none-match', 'prefer'];
/** Who reads what is open to everybody: nobody, of no clinic, with no rights. */
const NOBODY: Subject = Object.freeze({ id: 'nobody', client: 'none', clinic: 0, roles: [], scopes: [] });

export interface FhirRouteParts {
  readonly doorkeeper: Doorkeeper;
  handle(request: FhirRequest): Promise<FhirResponse>;
  /** `http://host:port` as clients reach it: links never repeat a Host header. */
  readonly baseUrl: string;
  /** Told of whoever is not let in. */
  readonly onRefused?: (request: HttpRequest, status: number) => void;
  readonly smartConfiguration: Readonly<Record<string, unknown>>;
}

export function fhirRoutes({ doorkeeper, handle, baseUrl, smartConfiguration, onRefused }: FhirRouteParts): Route[] {
  const base = baseUrl + BASE;
  const toFhir = (request: HttpRequest, subject: Subject): FhirRequest => ({
    method: request.method,
    path: request.path.slice(BASE.length) || '/',
    query: request.query,
    headers: meantHeaders(request),
    body: request.body,
    base,
    subject,
    requestId: request.requestId,
    address: request.address,
  });
  const proven: Route['handle'] = async (request) => {
    const admitted = await doorkeeper.admit(request, 'fhir');
    if ('subject' in admitted) return handle(toFhir(request, admitted.subject));
    onRefused?.(request, admitted.answer.status);
    return admitted.answer;
  };
  const smart = JSON.stringify(smartConfiguration);
  return [
    { path: `${BASE}/metadata`, tongue: 'fhir', handle: (request) => handle(toFhir(request, NOBODY)) },
    {
      path: `${BASE}/.well-known/smart-configuration`,
      tongue: 'fhir',
      handle: async () => ({
        status: 200,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: smart,
      }),
    },
    { path: BASE, tongue: 'fhir', methods: ALL, handle: proven },
    { path: `${BASE}/*`, tongue: 'fhir', methods: ALL, handle: proven },
  ];
}

function meantHeaders({ headers }: HttpRequest): Record<string, string> {
  const meant: Record<string, string> = {};
  for (const name of MEANT) {
    const value = headers[name];
    if (typeof value === 'string') meant[name] = value;
  }
  return meant;
}

/** Other FHIR versions and the API's unused paths: who is unknown does not even learn that nothing is there. */
export function closedRoutes(doorkeeper: Doorkeeper): Route[] {
  const closed = (path: string, tongue: Route['tongue']): Route => ({
    path,
    tongue,
    methods: ALL,
    handle: async (request) => {
      const admitted = await doorkeeper.admit(request, tongue);
      if ('answer' in admitted) return admitted.answer;
      return errorAnswer(refuse('not-found', 'There is nothing here.'), tongue, request.requestId);
    },
  });
  return [closed('/fhir', 'fhir'), closed('/fhir/*', 'fhir'), closed('/api', 'problem'), closed('/api/*', 'problem')];
}
