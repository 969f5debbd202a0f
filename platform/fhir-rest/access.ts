// Every interaction asks here first, and goes on with the eyes it is given. Default deny: what is not allowed is refused.
import { decide, decideWholeSystem, type Interaction as Right } from '@polyclinic/access';
import { refuse, type Subject } from '@polyclinic/kit';
import type { Expectation, Key, Records, Visibility } from '@polyclinic/records';

export type FhirInteraction =
  | 'read'
  | 'vread'
  | 'history-instance'
  | 'history-type'
  | 'search'
  | 'create'
  | 'update'
  | 'patch'
  | 'delete';

const RIGHT: Readonly<Record<FhirInteraction, Right>> = {
  read: 'read',
  vread: 'read',
  'history-instance': 'read',
  'history-type': 'read',
  search: 'search',
  create: 'create',
  update: 'update',
  patch: 'update',
  delete: 'delete',
};

/** @throws Refusal `forbidden` where the subject may not do this with the type */
export function visibilityFor(subject: Subject, interaction: FhirInteraction, type: string): Visibility {
  const decision = decide(subject, RIGHT[interaction], type);
  if (!decision.allowed) throw refuse('forbidden', `you may not ${interaction} ${type} resources`);
  return decision.visibility;
}

export const mayDo = (subject: Subject, interaction: FhirInteraction, type: string): boolean =>
  decide(subject, RIGHT[interaction], type).allowed;

/**
 * The eyes for one query over several types: as restricted as the most restricted of them, and of those of the
 * `reachable` (by an include that names no type) that may be searched at all.
 * @throws Refusal `forbidden` where one of the types may not be searched
 */
export function visibilityOver(
  subject: Subject,
  types: Iterable<string>,
  reachable: Iterable<string> = [],
): Visibility {
  let strictest: Visibility = { clinic: subject.clinic, patients: null };
  let any = false;
  for (const type of types) {
    any = true;
    const visibility = visibilityFor(subject, 'search', type);
    if (visibility.patients !== null) strictest = visibility;
  }
  if (!any) throw refuse('forbidden', 'none of these types may be searched');
  for (const type of reachable) {
    const decision = decide(subject, 'search', type);
    if (decision.allowed && decision.visibility.patients !== null) strictest = decision.visibility;
  }
  return strictest;
}

/** @throws Refusal `forbidden` unless the subject may see the history of everything */
export function visibilityOfEverything(subject: Subject): Visibility {
  const decision = decideWholeSystem(subject, 'history-system');
  if (!decision.allowed) throw refuse('forbidden', 'you may not see the history of everything');
  return decision.visibility;
}

/**
 * What a write must expect so that it only replaces what its subject sees, and creates only where it may create.
 * @throws Refusal `forbidden` where something is there that it may not touch
 */
export async function mayReplace(
  records: Pick<Records, 'read'>,
  subject: Subject,
  interaction: 'update' | 'delete',
  key: Key,
  expect: Expectation,
): Promise<Expectation> {
  const { patients } = visibilityFor(subject, interaction, key.type);
  // Deleting what is not there does nothing, so it needs no further right.
  const creates = interaction === 'delete' || mayDo(subject, 'create', key.type);
  if (patients === null && creates) return expect;
  const everything: Visibility = { clinic: subject.clinic, patients: null };
  const [[there], [seen]] = await Promise.all([
    records.read([key], everything),
    records.read([key], { clinic: subject.clinic, patients }),
  ]);
  const own = there !== null && there !== undefined && there.clinic === key.clinic ? there : null;
  if (own !== null && own.content !== null && (seen === null || seen === undefined))
    throw refuse('forbidden', `you may not change this ${key.type}`);
  if (own === null || own.content === null) {
    if (!creates) throw refuse('forbidden', `you may not create ${key.type} resources`);
    return expect.kind === 'any' ? { kind: 'absent' } : expect;
  }
  return expect.kind === 'any' ? { kind: 'version', version: own.version } : expect;
}

/** A writer limited to patients writes inside their compartments only. @throws Refusal `forbidden` */
export function checkCompartment(patients: readonly string[], type: string, id: string, visibility: Visibility): void {
  if (visibility.patients === null) return;
  const inside = type === 'Patient' ? [id] : patients;
  if (inside.length === 0 || inside.some((patient) => !visibility.patients?.includes(patient)))
    throw refuse('forbidden', `you may not write ${type} resources about others`);
}
