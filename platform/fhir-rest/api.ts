// The FHIR API of one process: every request comes in here, whatever its interaction. http://hl7.org/fhir/R4/http.html
import { refuse } from '@polyclinic/kit';
import { recordInteraction, refusalToRecord } from './accesses.ts';
import type { Ask } from './ask.ts';
import { readBundle } from './bundle/read-bundle.ts';
import { gatherConditionalCreates } from './conditional-creates.ts';
import { errorAnswer } from './errors.ts';
import type { FhirRequest, FhirResponse } from './exchange.ts';
import { batch } from './interactions/batch.ts';
import { capabilities, createCapabilityStatement } from './interactions/capabilities.ts';
import { conditionalDelete, conditionalPatch, conditionalUpdate } from './interactions/conditional.ts';
import { create } from './interactions/create.ts';
import { deleteResource } from './interactions/delete.ts';
import { history } from './interactions/history.ts';
import { patch } from './interactions/patch.ts';
import { read } from './interactions/read.ts';
import { search } from './interactions/search.ts';
import { transaction } from './interactions/transaction.ts';
import { update } from './interactions/update.ts';
import { vread } from './interactions/vread.ts';
import { pretty } from './json/pretty.ts';
import { checkAcceptable, checkContentType } from './negotiate.ts';
import { operation, runsAnywhere } from './operations/operation.ts';
import { parameter } from './parameters.ts';
import type { FhirParts } from './parts.ts';
import { readPreference } from './prefer.ts';
import { type Route, routeOf } from './route.ts';

export interface FhirApi {
  /** Answers every request of a client, errors included, and records the access; rejects never. */
  handle(request: FhirRequest): Promise<FhirResponse>;
  /** The same without a record: for whoever asks in the course of something that is recorded. */
  carryOut(request: FhirRequest): Promise<FhirResponse>;
  /** The CapabilityStatement as JSON text. */
  capabilityStatement(base: string): string;
}

export function createFhirApi(parts: FhirParts): FhirApi {
  const statement = createCapabilityStatement(parts);
  const createUnlessFound = gatherConditionalCreates(parts.records);
  const { accesses } = parts;
  const handle = async (request: FhirRequest): Promise<FhirResponse> => {
    if (accesses === undefined) return carryOut(request);
    const refusal = refusalToRecord(accesses, request);
    if (refusal !== null) return errorAnswer(refusal, request.requestId, parts.log);
    const response = await carryOut(request);
    recordInteraction(accesses, parts.now().getTime(), request, response);
    return response;
  };

  const carryOut = async (request: FhirRequest): Promise<FhirResponse> => {
    try {
      const response = await answered(request);
      const shaped = wantsPretty(request.query) ? { ...response, body: pretty(response.body) } : response;
      return request.method === 'HEAD' ? { ...shaped, body: '' } : shaped;
    } catch (thrown) {
      return errorAnswer(thrown, request.requestId, parts.log);
    }
  };

  async function answered(request: FhirRequest): Promise<FhirResponse> {
    checkAcceptable(request.headers['accept'], parameter(request.query, '_format'));
    const route = routeOf(request.method, request.path);
    if (route.type !== '' && !parts.owners.has(route.type)) throw unknownType();
    const elsewhere = ownerElsewhere(parts, route);
    if (elsewhere !== null) return parts.forward(elsewhere, request);
    const ask: Ask = { request, route, preference: readPreference(request.headers['prefer']) };
    return interact(ask);
  }

  async function interact(ask: Ask): Promise<FhirResponse> {
    switch (ask.route.interaction) {
      case 'read':
        return read(parts.records, ask);
      case 'search':
      case 'compartment':
        return search(parts, ask);
      case 'create':
        return create(parts, ask, createUnlessFound);
      case 'update':
        return update(parts, ask);
      case 'delete':
        return deleteResource(parts, ask);
      case 'patch':
        return patch(parts, ask);
      case 'vread':
        return vread(parts.records, ask);
      case 'history':
        return history(parts, ask);
      case 'conditional-update':
        return conditionalUpdate(parts, ask);
      case 'conditional-patch':
        return conditionalPatch(parts, ask);
      case 'conditional-delete':
        return conditionalDelete(parts, ask);
      case 'capabilities':
        return capabilities(statement, ask);
      case 'operation':
        return operation(parts, ask, carryOut);
      case 'bundle': {
        checkContentType(ask.request.headers['content-type']);
        const bundle = readBundle(ask.request.body, ask.request.base);
        return bundle.type === 'batch'
          ? batch(parts, ask, bundle.entries, handle)
          : transaction(parts, ask, bundle.entries);
      }
    }
  }

  return { handle, carryOut, capabilityStatement: statement };
}

const unknownType = () => refuse('not-supported', 'there is no such resource type', { status: 404 });

/** The service that answers instead of this process; null where this process does, alone or by asking several. */
function ownerElsewhere(parts: FhirParts, route: Route): string | null {
  if (route.type === '') return null;
  if (route.interaction === 'operation' && runsAnywhere(route.last)) return null;
  if (route.interaction === 'compartment' && route.last === '*') return null;
  const type = route.interaction === 'compartment' ? route.last : route.type;
  if (parts.local.has(type)) return null;
  const owner = parts.owners.get(type);
  if (owner === undefined) throw unknownType();
  return owner;
}

const wantsPretty = (query: string): boolean => query.includes('_pretty') && parameter(query, '_pretty') === 'true';
