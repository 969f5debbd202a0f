// What of an interaction belongs into the audit trail. Writes are not told here: they stand in the version log, from
// which the audit service reads them, so that none is ever told twice or not at all.
import { type Access, type AccessTrail, patientsIn } from '@polyclinic/audit-trail';
import type { Refusal } from '@polyclinic/kit';
import type { FhirRequest, FhirResponse } from './exchange.ts';
import { parameter } from './parameters.ts';
import { type Route, routeOf } from './route.ts';

const WRITES = new Set([
  'create',
  'update',
  'patch',
  'delete',
  'conditional-update',
  'conditional-patch',
  'conditional-delete',
]);
const isWrite = ({ interaction, last }: Route) =>
  WRITES.has(interaction) || (interaction === 'operation' && last === 'restore');

/** Longer ones are cut: whoever is refused for an endless query must not fill the disk by it. */
const LONGEST_QUERY = 4_096;

/** Why the interaction must not go ahead now; null where it may. Writes go on: the log is their record. */
export function refusalToRecord(trail: AccessTrail, { method, path }: FhirRequest): Refusal | null {
  const refusal = trail.refusal();
  if (refusal === null) return null;
  const route = routeOrNull(method, path);
  const shows =
    route !== null && !isWrite(route) && route.interaction !== 'capabilities' && route.interaction !== 'bundle';
  return shows ? refusal : null;
}

/** Records one interaction with its outcome, if it is one that somebody must be able to find again. */
export function recordInteraction(trail: AccessTrail, at: number, request: FhirRequest, response: FhirResponse): void {
  const access = accessOf(at, request, response);
  if (access !== null) trail.record(access);
}

export function accessOf(at: number, request: FhirRequest, response: FhirResponse): Access | null {
  const route = routeOrNull(request.method, request.path);
  // Nothing answers there, or what answers is open to everybody.
  if (route === null || route.interaction === 'capabilities') return null;
  const done = response.status < 400;
  if (done && route.interaction === 'bundle') return null;
  const found = done && isWrite(route) && route.interaction === 'create' && response.status === 200;
  if (done && isWrite(route) && !found) return null;
  const { subject } = request;
  const { interaction, query } = askedFor(route, request, found);
  return {
    ...{ at, clinic: subject.clinic, interaction, status: response.status },
    ...{ user: subject.id, who: subject.fhirUser ?? '', client: subject.client, address: request.address ?? '' },
    ...{ type: route.type, id: route.id, last: route.last, query: query.slice(0, LONGEST_QUERY) },
    patients: patientsOf(route, request, response),
    requestId: request.requestId,
  };
}

/** The interaction in FHIR's words, and the query it was asked by. */
function askedFor(route: Route, request: FhirRequest, found: boolean): Pick<Access, 'interaction' | 'query'> {
  if (found) return { interaction: 'search', query: request.headers['if-none-exist'] ?? '' };
  const form = request.method === 'POST' && request.path.endsWith('/_search') ? request.body : '';
  const query = form === '' ? request.query : request.query === '' ? form : `${request.query}&${form}`;
  switch (route.interaction) {
    case 'compartment':
      return { interaction: 'search', query };
    case 'conditional-update':
    case 'conditional-patch':
    case 'conditional-delete':
      return { interaction: route.interaction.slice('conditional-'.length), query };
    case 'bundle':
      return { interaction: 'transaction', query: '' };
    default:
      return { interaction: route.interaction, query };
  }
}

/** Whom the answer names; of a refused attempt, whom the path names. */
function patientsOf(route: Route, request: FhirRequest, response: FhirResponse): readonly string[] {
  const named = route.type === 'Patient' && route.id !== '' ? [route.id] : [];
  if (response.status >= 400 || route.type === 'Binary') return named;
  const asked = parameter(request.query, 'patient') ?? parameter(request.query, 'subject');
  const searched = asked === null ? [] : patientsIn(`"Patient/${asked.replace(/^Patient\//, '')}"`);
  // A page of the trail names everybody: an event for each would double the trail whenever it is read.
  const shown = route.type === 'AuditEvent' && route.id === '' ? [] : patientsIn(response.body);
  return [...new Set([...named, ...searched, ...shown])];
}

function routeOrNull(method: string, path: string): Route | null {
  try {
    return routeOf(method, path);
  } catch {
    // What is asked for does not exist: the answer says so, and shows nothing.
    return null;
  }
}
