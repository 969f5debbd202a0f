// Conditional update, patch and delete: the resource is named by a search. http://hl7.org/fhir/R4/http.html#cond-update
import { refuse } from '@polyclinic/kit';
import type { Expectation } from '@polyclinic/records';
import { visibilityFor } from '../access.ts';
import type { Ask } from '../ask.ts';
import { idsMeeting, readCondition } from '../condition.ts';
import type { FhirResponse } from '../exchange.ts';
import { topLevelId } from '../json/top-level.ts';
import { checkContentType } from '../negotiate.ts';
import { withParameters } from '../parameters.ts';
import type { FhirParts } from '../parts.ts';
import { deleteById } from './delete.ts';
import { patchById } from './patch.ts';
import { putResource, updateExpectation } from './update.ts';

export async function conditionalUpdate(parts: FhirParts, ask: Ask): Promise<FhirResponse> {
  const { request, route } = ask;
  // Before anything is looked for: who may not write learns nothing from what was found.
  visibilityFor(request.subject, 'update', route.type);
  checkContentType(request.headers['content-type']);
  const sent = topLevelId(request.body);
  const [found] = await findOne(parts, ask);
  if (found !== undefined) {
    if (sent !== null && sent !== found)
      throw refuse('value', 'the id in the resource is not that of the match', { expression: 'id', status: 400 });
    const given = updateExpectation(request.headers);
    return putResource(parts, ask, found, request.body, given);
  }
  if (request.headers['if-match'] !== undefined) throw refuse('conflict', 'nothing matches', { status: 412 });
  // Two may find nothing at once: under the lock of the criteria one creates and the other finds its resource.
  return createUnderLock(parts, ask, sent ?? parts.newId());
}

async function createUnderLock(parts: FhirParts, ask: Ask, id: string): Promise<FhirResponse> {
  const { request, route } = ask;
  const condition = readCondition({ ...parts, ...request }, route.type, criteriaOf(request.query));
  return parts.records.transaction(async (tx) => {
    await tx.lock([condition.lock]);
    const [ids = []] = await idsMeeting(tx, [condition]);
    if (ids.length > 1) throw manyMatch();
    const within: FhirParts = { ...parts, records: { ...parts.records, write: (item) => only(tx.write([item])) } };
    const expect: Expectation = ids[0] === undefined ? { kind: 'absent' } : { kind: 'any' };
    return putResource(within, ask, ids[0] ?? id, request.body, expect);
  });
}

export async function conditionalPatch(parts: FhirParts, ask: Ask): Promise<FhirResponse> {
  visibilityFor(ask.request.subject, 'patch', ask.route.type);
  const [found] = await findOne(parts, ask);
  if (found === undefined) throw refuse('not-found', 'nothing matches');
  return patchById(parts, ask, found);
}

export async function conditionalDelete(parts: FhirParts, ask: Ask): Promise<FhirResponse> {
  visibilityFor(ask.request.subject, 'delete', ask.route.type);
  const [found] = await findOne(parts, ask);
  if (found === undefined) return { status: 204, headers: {}, body: '' };
  return deleteById(parts, ask, found, updateExpectation(ask.request.headers));
}

/** At most one id. @throws Refusal 412 when several match */
async function findOne(parts: FhirParts, { request, route }: Ask): Promise<readonly string[]> {
  const condition = readCondition({ ...parts, ...request }, route.type, criteriaOf(request.query));
  const [ids = []] = await parts.records.transaction((tx) => idsMeeting(tx, [condition]));
  if (ids.length > 1) throw manyMatch();
  return ids;
}

/** The query without what only shapes the answer. */
const criteriaOf = (query: string): string =>
  /_format|_pretty/.test(query) ? withParameters(query, { _format: null, _pretty: null }) : query;

const manyMatch = () => refuse('multiple-matches', 'the criteria match more than one resource');

async function only<T>(answers: Promise<readonly T[]>): Promise<T> {
  const [first] = await answers;
  if (first === undefined) throw new Error('a write was not answered');
  return first;
}
