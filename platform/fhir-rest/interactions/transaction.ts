// Transaction: all entries or none. http://hl7.org/fhir/R4/http.html#transaction
import { refuse } from '@polyclinic/kit';
import type { Records, RecordsTransaction, Version } from '@polyclinic/records';
import { visibilityFor } from '../access.ts';
import { recordInteraction, refusalToRecord } from '../accesses.ts';
import { answer, etag } from '../answer.ts';
import type { Ask } from '../ask.ts';
import { bundleText } from '../bundle/bundle-text.ts';
import { entryRequest } from '../bundle/entry-request.ts';
import { type Patcher, type Plan, planTransaction, type Step } from '../bundle/plan.ts';
import type { BundleEntry } from '../bundle/read-bundle.ts';
import { responseEntry } from '../bundle/response-entry.ts';
import { readIfMatch } from '../conditions.ts';
import { coordinate, type Share } from '../coordinator.ts';
import type { FhirRequest, FhirResponse } from '../exchange.ts';
import { carryOut, findHere, isConditionChange, localParticipant, makeItems } from '../local-participant.ts';
import { ALL_OK } from '../outcome.ts';
import type { Condition, Participant, PlannedPart, WriteResult } from '../participant.ts';
import type { FhirParts } from '../parts.ts';
import { readPreference } from '../prefer.ts';
import { readAnywhere } from '../read-anywhere.ts';
import { patched } from './patch.ts';
import { existing, read } from './read.ts';
import { search } from './search.ts';

/** Each time somebody else changed what a condition finds; beyond this the client had better wait. */
const MOST_TRIES = 6;

export async function transaction(parts: FhirParts, ask: Ask, entries: readonly BundleEntry[]): Promise<FhirResponse> {
  for (let tries = 1; ; tries++) {
    try {
      const plan = await planTransaction(parts, ask, entries, lookUpAnywhere(parts, ask), patchAnywhere(parts, ask));
      const answers = await carryOutPlan(parts, ask, plan);
      const head = { id: parts.newId(), at: parts.now().toISOString(), total: null, links: [] };
      return answer(200, bundleText('transaction-response', head, answers));
    } catch (thrown) {
      if (!isConditionChange(thrown) || tries === MOST_TRIES) throw thrown;
    }
  }
}

async function carryOutPlan(parts: FhirParts, ask: Ask, plan: Plan): Promise<readonly string[]> {
  const whole = partOf(plan, () => true);
  if (plan.steps.every(({ type }) => type === '' || type === '*' || parts.local.has(type))) {
    const items = await makeItems(parts, ask.request, whole);
    return parts.records.transaction(async (tx) => {
      const results = await carryOut(parts, ask.request, tx, whole, items);
      return answersTo(parts, ask, plan, results, tx);
    });
  }
  const results = await coordinate(
    { ...coordination(parts), newId: parts.newId, onUnreached: (defect) => parts.log(defect, ask.request.requestId) },
    sharesOf(parts, ask, plan),
  );
  return answersTo(parts, ask, plan, results, parts.records);
}

function partOf(plan: Plan, mine: (type: string) => boolean): PlannedPart {
  const writes = plan.steps.flatMap((step) => (step.kind === 'write' ? [step.write] : []));
  return {
    // Deletions first, then creations, then updates: http://hl7.org/fhir/R4/http.html#trules
    writes: writes.filter(({ type }) => mine(type)).sort((a, b) => RANK[a.method] - RANK[b.method]),
    guards: plan.guards.filter(({ type }) => mine(type)),
    alongside: writes.filter(({ resource }) => resource !== null).map(({ type, id }) => `${type}/${id}`),
  };
}

const RANK = { DELETE: 0, POST: 1, PUT: 2, PATCH: 2 } as const;

/** The owners that write something or must confirm a condition, always in the same order. */
function sharesOf(parts: FhirParts, ask: Ask, plan: Plan): Share[] {
  const places = new Set(
    [...plan.steps.filter(({ kind }) => kind === 'write'), ...plan.guards].map(({ type }) => placeOf(parts, type)),
  );
  return [...places].sort().map((place) => ({
    participant: participantAt(parts, ask, place),
    part: partOf(plan, (type) => placeOf(parts, type) === place),
  }));
}

/** The service that owns a type elsewhere; '' for this process. */
function placeOf(parts: FhirParts, type: string): string {
  if (parts.local.has(type)) return '';
  const owner = parts.owners.get(type);
  if (owner === undefined) throw refuse('not-supported', 'there is no such resource type', { status: 404 });
  return owner;
}

function participantAt(parts: FhirParts, { request }: Ask, place: string): Participant {
  return place === '' ? localParticipant(parts, request) : coordination(parts).participant(place, request);
}

function coordination(parts: FhirParts): NonNullable<FhirParts['coordination']> {
  if (parts.coordination === undefined)
    throw new Error('types live elsewhere but nothing coordinates transactions over them');
  return parts.coordination;
}

const lookUpAnywhere = (parts: FhirParts, ask: Ask) => async (conditions: readonly Condition[]) => {
  const found = conditions.map((): readonly string[] => []);
  const groups = Map.groupBy(conditions.keys(), (n) => placeOf(parts, (conditions[n] as Condition).type));
  await Promise.all(
    [...groups].map(async ([place, some]) => {
      const mine = some.map((n) => conditions[n] as Condition);
      const ids =
        place === '' ? await findHere(parts, ask.request, mine) : await participantAt(parts, ask, place).findIds(mine);
      some.forEach((n, at) => {
        found[n] = ids[at] ?? [];
      });
    }),
  );
  return found;
};

const patchAnywhere =
  (parts: FhirParts, { request }: Ask): Patcher =>
  async (type, id, patch, ifMatch) => {
    const visibility = visibilityFor(request.subject, 'patch', type);
    const there = await readAnywhere(parts, parts.records, [`${type}/${id}`], visibility);
    const current = existing(there.get(`${type}/${id}`) ?? null);
    const wanted = readIfMatch(ifMatch ?? undefined);
    if (wanted !== null && wanted !== current.version)
      throw refuse('conflict', 'another version of this resource is current', { status: 412 });
    const isOwn = current.clinic === request.subject.clinic;
    return {
      text: patched(current, patch.body, patch.contentType),
      expect: isOwn ? { kind: 'version', version: current.version } : { kind: 'absent' },
    };
  };

/** One response per entry, in the order of the entries. */
async function answersTo(
  parts: FhirParts,
  ask: Ask,
  plan: Plan,
  results: readonly WriteResult[],
  records: RecordsTransaction | Records,
): Promise<readonly string[]> {
  const byEntry = new Map(results.map((result) => [result.at, result]));
  const found = await readFound(parts, ask, plan, records);
  const answers: string[] = [];
  for (const step of plan.steps) answers.push(await answerTo(parts, ask, step, byEntry, found, records));
  return answers;
}

function readFound(parts: FhirParts, { request }: Ask, plan: Plan, records: Pick<Records, 'read'>) {
  const references = plan.steps.flatMap((step) => (step.kind === 'found' ? [`${step.type}/${step.id}`] : []));
  return readAnywhere(parts, records, references, { clinic: request.subject.clinic, patients: null });
}

async function answerTo(
  parts: FhirParts,
  ask: Ask,
  step: Step,
  results: ReadonlyMap<number, WriteResult>,
  found: ReadonlyMap<string, Version>,
  records: RecordsTransaction | Records,
): Promise<string> {
  const { request } = ask;
  switch (step.kind) {
    case 'nothing':
      return '{"response":{"status":"204 No Content"}}';
    case 'found':
      return writtenEntry(request, '200 OK', found.get(`${step.type}/${step.id}`) ?? null);
    case 'write': {
      const result = results.get(step.entry.at);
      if (result === undefined) throw new Error('a planned write has no result');
      const status =
        result.kind === 'created' ? '201 Created' : result.kind === 'updated' ? '200 OK' : '204 No Content';
      return writtenEntry(request, status, result.version);
    }
    case 'read': {
      const asked = entryRequest(step.entry, request);
      const { accesses } = parts;
      const refusal = accesses === undefined ? null : refusalToRecord(accesses, asked);
      if (refusal !== null) throw refusal;
      const response = await readEntry(parts, asked, step, records);
      if (accesses !== undefined) recordInteraction(accesses, parts.now().getTime(), asked, response);
      return responseEntry(request.base, response);
    }
  }
}

async function readEntry(
  parts: FhirParts,
  asked: FhirRequest,
  { type, route }: Extract<Step, { kind: 'read' }>,
  records: RecordsTransaction | Records,
): Promise<FhirResponse> {
  const inner: Ask = { request: asked, route, preference: readPreference(asked.headers['prefer']) };
  if (type !== '' && type !== '*' && !parts.local.has(type)) return parts.forward(placeOf(parts, type), asked);
  return route.interaction === 'read' ? read(records, inner) : search(parts, inner, records);
}

/** By concatenation: a Bundle of thousands is answered as fast as it was written. */
function writtenEntry({ base, headers }: Ask['request'], status: string, version: Version | null): string {
  if (version === null) return `{"response":{"status":"${status}"}}`;
  const { type, id, at, content } = version;
  const told = `"status":"${status}","location":"${type}/${id}/_history/${version.version}","etag":${JSON.stringify(etag(version.version))},"lastModified":"${at}"`;
  // Resources come back only when they are asked for.
  const wanted = headers['prefer'] === undefined ? 'minimal' : readPreference(headers['prefer']).return;
  const resource = wanted === 'representation' && content !== null ? `"resource":${content},` : '';
  const outcome = wanted === 'OperationOutcome' ? `,"outcome":${ALL_OK}` : '';
  return `{"fullUrl":"${base}/${type}/${id}",${resource}"response":{${told}${outcome}}}`;
}
