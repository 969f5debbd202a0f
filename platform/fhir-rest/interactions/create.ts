// Create, also conditional: http://hl7.org/fhir/R4/http.html#create and http://hl7.org/fhir/R4/http.html#ccreate
import { refuse } from '@polyclinic/kit';
import type { Version, WriteItem, WriteOutcome } from '@polyclinic/records';
import { visibilityFor } from '../access.ts';
import { writtenAnswer } from '../answer.ts';
import { type Ask, authorOf, keyOf } from '../ask.ts';
import { readCondition } from '../condition.ts';
import type { CreateUnlessFound } from '../conditional-creates.ts';
import type { FhirResponse } from '../exchange.ts';
import { checkReferences } from '../integrity.ts';
import { checkContentType } from '../negotiate.ts';
import type { FhirParts } from '../parts.ts';
import { prepareResource } from '../prepare.ts';
import { existing } from './read.ts';

export async function create(parts: FhirParts, ask: Ask, createUnlessFound: CreateUnlessFound): Promise<FhirResponse> {
  const { request, route } = ask;
  const visibility = visibilityFor(request.subject, 'create', route.type);
  checkContentType(request.headers['content-type']);
  const key = keyOf(request.subject, route.type, parts.newId());
  const prepared = prepareResource(request.body, { type: route.type, id: key.id, ownId: 'replaced' }, visibility);
  await checkReferences(parts, prepared.resource, request);
  const item: WriteItem = {
    key,
    expect: { kind: 'absent' },
    author: authorOf(request),
    body: prepared.body,
    index: prepared.index,
  };
  const criteria = request.headers['if-none-exist'];
  if (criteria !== undefined) return createOrFind(parts, ask, criteria, item, createUnlessFound);
  return writtenAnswer(request.base, 201, createdVersion(await parts.records.write(item)), ask.preference);
}

async function createOrFind(
  parts: FhirParts,
  { request, route, preference }: Ask,
  criteria: string,
  item: WriteItem,
  createUnlessFound: CreateUnlessFound,
): Promise<FhirResponse> {
  const condition = readCondition({ ...parts, ...request }, route.type, criteria);
  const made = await createUnlessFound({ condition, item });
  if (made.kind === 'written') return writtenAnswer(request.base, 201, createdVersion(made.outcome), preference);
  const [found] = await parts.records.read([{ ...item.key, id: made.id }], condition.visibility);
  return writtenAnswer(request.base, 200, existing(found ?? null), preference);
}

function createdVersion(outcome: WriteOutcome | undefined): Version {
  if (outcome?.kind === 'created') return outcome.version;
  throw refuse('conflict', 'the id of the new resource is taken: try again');
}
