// Plans a transaction before anything is written: what each entry concerns, which id it gets, where its links lead.
// http://hl7.org/fhir/R4/http.html#trules
import { Refusal, refuse } from '@polyclinic/kit';
import type { Expectation } from '@polyclinic/records';
import { type FhirInteraction, visibilityFor } from '../access.ts';
import type { Ask } from '../ask.ts';
import { createBreather } from '../breather.ts';
import { type Asker, type ReadCondition, readCondition } from '../condition.ts';
import { readIfMatch } from '../conditions.ts';
import { updateExpectation } from '../interactions/update.ts';
import { topLevelId, topLevelText } from '../json/top-level.ts';
import { readConditional } from '../links.ts';
import { refusalAt } from '../outcome.ts';
import type { Condition, Guard, PlannedWrite } from '../participant.ts';
import type { FhirParts } from '../parts.ts';
import type { Route } from '../route.ts';
import { readPatch } from './entry-request.ts';
import { type BundleEntry, entryRoute } from './read-bundle.ts';
import { conditionalReferences, rewriteLinks, rootOf } from './rewrite-links.ts';

/** What becomes of one entry. */
export type Step =
  | { readonly kind: 'write'; readonly entry: BundleEntry; readonly type: string; readonly write: PlannedWrite }
  /** If-None-Exist found this one. */
  | { readonly kind: 'found'; readonly entry: BundleEntry; readonly type: string; readonly id: string }
  /** A conditional delete that found nothing. */
  | { readonly kind: 'nothing'; readonly entry: BundleEntry; readonly type: string }
  | { readonly kind: 'read'; readonly entry: BundleEntry; readonly type: string; readonly route: Route };

export interface Plan {
  /** In the order of the entries. */
  readonly steps: readonly Step[];
  readonly guards: readonly Guard[];
}

/** Looks conditions up, each at the owner of its type: at most two ids per condition. */
export type LookUp = (conditions: readonly Condition[]) => Promise<readonly (readonly string[])[]>;
/** The resource that a patch changes, after the change, with the version it was made from. */
export type Patcher = (
  type: string,
  id: string,
  patch: { readonly contentType: string; readonly body: string },
  ifMatch: string | null,
) => Promise<{ readonly text: string; readonly expect: Expectation }>;

interface Draft {
  readonly entry: BundleEntry;
  readonly route: Route;
  /** The condition that names its resource. */
  readonly condition: Condition | null;
  id: string | null;
  found: boolean;
}

const INTERACTIONS: Readonly<Record<string, FhirInteraction>> = {
  create: 'create',
  update: 'update',
  'conditional-update': 'update',
  delete: 'delete',
  'conditional-delete': 'delete',
  patch: 'patch',
  'conditional-patch': 'patch',
};

/** @throws Refusal naming the entry that can't be carried out */
export async function planTransaction(
  parts: FhirParts,
  ask: Ask,
  entries: readonly BundleEntry[],
  lookUp: LookUp,
  patcher: Patcher,
): Promise<Plan> {
  const { request } = ask;
  const asker: Asker = { ...parts, ...request };
  const breathe = createBreather();
  const drafts = entries.map((entry) => at(entry, () => draftOf(parts, ask, entry)));
  const references = new Map<string, BundleEntry>();
  for (const entry of entries) {
    if (entry.resource === null) continue;
    for (const reference of conditionalReferences(entry.resource))
      if (!references.has(reference)) references.set(reference, entry);
    await breathe();
  }
  const byCondition = await resolveConditions(parts, asker, drafts, references, lookUp);
  const byFullUrl = identities(drafts);
  const steps: Step[] = [];
  for (const draft of drafts) {
    steps.push(await atAsync(draft.entry, () => stepOf(draft, { byFullUrl, byCondition }, patcher)));
    await breathe();
  }
  const guards = drafts.flatMap(({ entry, condition, id, found }): Guard[] =>
    condition === null ? [] : [{ at: entry.at, ...condition, ids: found && id !== null ? [id] : [] }],
  );
  return { steps, guards };
}

function draftOf(parts: FhirParts, { request }: Ask, entry: BundleEntry): Draft {
  const { route, query } = entryRoute(entry);
  if (route.type !== '' && !parts.owners.has(route.type))
    throw refuse('not-supported', 'there is no such resource type', { status: 404 });
  if (entry.method === 'GET' || entry.method === 'HEAD') {
    if (!['read', 'search', 'compartment'].includes(route.interaction))
      throw refuse('not-supported', `${route.interaction} is not answered inside a transaction`, { status: 400 });
    return { entry, route, condition: null, id: null, found: false };
  }
  const interaction = INTERACTIONS[route.interaction];
  if (interaction === undefined)
    throw refuse('not-supported', `${route.interaction} is not answered inside a transaction`, { status: 400 });
  visibilityFor(request.subject, interaction, route.type);
  if (interaction !== 'delete' && entry.resource === null)
    throw refuse('required', 'the entry has no resource', { status: 400 });
  if (interaction === 'create' || interaction === 'update') {
    const type = topLevelText(entry.resource ?? '', 'resourceType');
    if (type !== route.type) throw refuse('invalid', `the entry's url asks for a ${route.type}`, { status: 400 });
  }
  const criteria = route.interaction.startsWith('conditional-')
    ? query
    : route.interaction === 'create'
      ? entry.ifNoneExist
      : null;
  const condition = criteria === null ? null : { type: route.type, criteria };
  return { entry, route, condition, id: route.id === '' ? null : route.id, found: false };
}

/** Settles the id of every draft, and answers what conditional references lead to. */
async function resolveConditions(
  parts: FhirParts,
  asker: Asker,
  drafts: readonly Draft[],
  references: ReadonlyMap<string, BundleEntry>,
  lookUp: LookUp,
): Promise<Map<string, string>> {
  const conditional = drafts.filter(({ condition }) => condition !== null);
  const locks = new Map<string, Draft>();
  const wanted: Condition[] = [];
  for (const draft of conditional) {
    const condition = draft.condition as Condition;
    const { lock } = at(draft.entry, () => readCondition(asker, condition.type, condition.criteria));
    if (locks.has(lock))
      throw naming(draft.entry, refuse('duplicate', 'another entry has the same condition', { status: 400 }));
    locks.set(lock, draft);
    wanted.push(condition);
  }
  const referenced = [...references].map(([reference, entry]) => {
    const condition = readConditional(reference) as Condition;
    const read: ReadCondition = at(entry, () => {
      if (!parts.owners.has(condition.type))
        throw refuse('not-supported', 'there is no such resource type', { status: 400 });
      return readCondition(asker, condition.type, condition.criteria);
    });
    wanted.push(condition);
    return { reference, entry, lock: read.lock, type: condition.type };
  });
  const found = wanted.length === 0 ? [] : await lookUp(wanted);
  drafts.forEach((draft) => {
    if (draft.route.interaction === 'create' && draft.condition === null) draft.id = parts.newId();
  });
  conditional.forEach((draft, n) => {
    settle(parts, draft, found[n] ?? []);
  });
  const byCondition = new Map<string, string>();
  referenced.forEach(({ reference, entry, lock, type }, n) => {
    const [id, another] = found[conditional.length + n] ?? [];
    // What the Bundle itself creates under the same condition is meant too.
    const target = id ?? locks.get(lock)?.id ?? null;
    if (another !== undefined)
      throw naming(
        entry,
        refuse('multiple-matches', `a conditional reference to a ${type} matches more than one`, { status: 412 }),
      );
    if (target === null)
      throw naming(entry, refuse('not-found', `a conditional reference to a ${type} matches nothing`, { status: 412 }));
    byCondition.set(reference, `${type}/${target}`);
  });
  return byCondition;
}

function settle(parts: FhirParts, draft: Draft, ids: readonly string[]): void {
  const { entry, route } = draft;
  const [id, another] = ids;
  if (another !== undefined)
    throw naming(entry, refuse('multiple-matches', 'the condition matches more than one resource', { status: 412 }));
  draft.found = id !== undefined;
  if (id !== undefined) draft.id = id;
  else if (route.interaction === 'create') draft.id = parts.newId();
  else if (route.interaction === 'conditional-update') draft.id = topLevelId(entry.resource ?? '') ?? parts.newId();
  else if (route.interaction === 'conditional-patch') throw naming(entry, refuse('not-found', 'nothing matches'));
}

/** What each fullUrl became. @throws Refusal 400 where one resource is written twice */
function identities(drafts: readonly Draft[]): Map<string, string> {
  const byFullUrl = new Map<string, string>();
  const written = new Set<string>();
  for (const { entry, route, id, found } of drafts) {
    if (id === null || route.interaction === 'read') continue;
    const identity = `${route.type}/${id}`;
    if (entry.fullUrl !== null) {
      const other = byFullUrl.get(entry.fullUrl);
      if (other !== undefined && other !== identity)
        throw naming(entry, refuse('duplicate', 'two entries have the same fullUrl', { status: 400 }));
      byFullUrl.set(entry.fullUrl, identity);
    }
    if (found && route.interaction === 'create') continue;
    if (written.has(identity))
      throw naming(entry, refuse('duplicate', 'one resource is written twice', { status: 400 }));
    written.add(identity);
  }
  return byFullUrl;
}

type Targets = Parameters<typeof rewriteLinks>[1];

async function stepOf(draft: Draft, targets: Targets, patcher: Patcher): Promise<Step> {
  const { entry, route, id, found } = draft;
  const { type } = route;
  if (entry.method === 'GET' || entry.method === 'HEAD')
    return { kind: 'read', entry, type: route.interaction === 'compartment' ? route.last : type, route };
  if (id === null) return { kind: 'nothing', entry, type };
  const write = (method: PlannedWrite['method'], expect: Expectation, resource: string | null): Step => ({
    kind: 'write',
    entry,
    type,
    write: { at: entry.at, method, type, id, expect, resource },
  });
  const linked = () => rewriteLinks(entry.resource ?? '', targets, rootOf(entry.fullUrl));
  const headers = {
    ...(entry.ifMatch !== null && { 'if-match': entry.ifMatch }),
    ...(entry.ifNoneMatch !== null && { 'if-none-match': entry.ifNoneMatch }),
  };
  switch (entry.method) {
    case 'POST':
      return found ? { kind: 'found', entry, type, id } : write('POST', { kind: 'absent' }, linked());
    case 'PUT':
      checkOwnId(draft, id);
      return write(
        'PUT',
        route.interaction === 'conditional-update' && !found ? { kind: 'absent' } : updateExpectation(headers),
        linked(),
      );
    case 'DELETE': {
      const version = readIfMatch(entry.ifMatch ?? undefined);
      return write('DELETE', version === null ? { kind: 'any' } : { kind: 'version', version }, null);
    }
    default: {
      const { contentType, body } = readPatch(entry.resource);
      const linkedPatch = rewriteLinks(body, targets, rootOf(entry.fullUrl));
      const { text, expect } = await patcher(type, id, { contentType, body: linkedPatch }, entry.ifMatch);
      return write('PATCH', expect, text);
    }
  }
}

/** An update carries its id; a conditional one may leave it out. */
function checkOwnId({ entry, route }: Draft, id: string): void {
  const sent = topLevelId(entry.resource ?? '');
  if (sent === id || (sent === null && route.interaction === 'conditional-update')) return;
  throw refuse('value', 'the id in the resource must be the one in the url', { expression: 'id', status: 400 });
}

const naming = (entry: BundleEntry, refusal: Refusal): Refusal => refusalAt(refusal, `Bundle.entry[${entry.at}]`);

/** Runs what concerns one entry, so that what it refuses names the entry. */
function at<T>(entry: BundleEntry, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    throw thrown instanceof Refusal ? naming(entry, thrown) : thrown;
  }
}

async function atAsync<T>(entry: BundleEntry, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw thrown instanceof Refusal ? naming(entry, thrown) : thrown;
  }
}
