// Create, also conditional: http://hl7.org/fhir/R4/http.html#create and http://hl7.org/fhir/R4/http.html#ccreate
import { refuse } from '@polyclinic/kit';
import type { Version, WriteItem, WriteOutcome } from '@polyclinic/records';
import { visibilityFor } from '../access.ts';
import { writtenAnswer } from '../answer.ts';
import { type Ask, authorOf, keyOf } from '../ask.ts';
import { idsMeeting, readCondition } from '../condition.ts';
import type { FhirResponse } from '../exchange.ts';
import { checkReferences } from '../integrity.ts';
import { checkContentType } from '../negotiate.ts';
import type { FhirParts } from '../parts.ts';
import { prepareResource } from '../prepare.ts';
import { existing } from './read.ts';

export async function create(parts: FhirParts, ask: Ask): Promise<FhirResponse> {
  const { request, route } = ask;
  const visibility = visibilityFor(request.subject, 'create', route.type);
  checkContentType(request.headers['content-type']);
  const key = keyOf(request.subject, route.type, parts.newId());
  const prepared = prepareResource(request.body, { type: route.type, id: key.id, ownId: 'replaced' }, visibility);
  await checkReferences(parts, prepared.resource, request);
  const item: WriteItem = {
    key,
    expect: { kind: 'absent' },
    author: authorOf(request.subject),
    body: prepared.body,
    index: prepared.index,
  };
  const criteria = request.headers['if-none-exist'];
  if (criteria !== undefined) return createUnlessFound(parts, ask, criteria, item);
  return writtenAnswer(request.base, 201, createdVersion(await parts.records.write(item)), ask.preference);
}

/** Many may ask for the same at once: whoever holds the lock of the criteria looks and creates, the others find it. */
async function createUnlessFound(parts: FhirParts, ask: Ask, criteria: string, item: WriteItem): Promise<FhirResponse> {
  const { request, route } = ask;
  const condition = readCondition({ ...parts, ...request }, route.type, criteria);
  return parts.records.transaction(async (tx) => {
    await tx.lock([condition.lock]);
    const [ids = []] = await idsMeeting(tx, [condition]);
    if (ids.length > 1) throw refuse('multiple-matches', 'If-None-Exist matches more than one resource');
    const [id] = ids;
    if (id !== undefined) {
      const [found] = await tx.read([{ ...item.key, id }], condition.visibility);
      return writtenAnswer(request.base, 200, existing(found ?? null), ask.preference);
    }
    const [outcome] = await tx.write([item]);
    return writtenAnswer(request.base, 201, createdVersion(outcome), ask.preference);
  });
}

function createdVersion(outcome: WriteOutcome | undefined): Version {
  if (outcome?.kind === 'created') return outcome.version;
  throw refuse('conflict', 'the id of the new resource is taken: try again');
}
