// The one decision about FHIR data: role matrix ∩ scopes ∩ patient compartment. Whatever no line allows is refused.
import type { ClinicNumber, Subject } from '@polyclinic/kit';
import { refuse } from '@polyclinic/kit';
import { roleAllows } from './role-matrix.ts';
import { type Context, type Interaction, letterOf, parseScope } from './scopes.ts';
import { groupOf, isOpenToPatients } from './type-groups.ts';

/** Whose records the subject sees: compiled into every statement on the records. */
export interface Sight {
  readonly clinic: ClinicNumber;
  /** Only these patients' compartments and types outside any; null: no such limit. */
  readonly patients: readonly string[] | null;
}

export type Decision =
  | { readonly allowed: true; readonly visibility: Sight }
  | { readonly allowed: false; readonly why: 'role' | 'scope' | 'compartment' };

const no = (why: 'role' | 'scope' | 'compartment'): Decision => ({ allowed: false, why });

/**
 * Decides one interaction with one type. A query that touches further types (chains, `_has`, includes) asks for each
 * of them, with `search`.
 */
export function decide(subject: Subject, interaction: Interaction, type: string): Decision {
  const letter = letterOf(interaction);
  if (subject.roles.includes('system')) {
    if (!scopeCovers(subject, 'system', letter, type)) return no('scope');
    return { allowed: true, visibility: { clinic: subject.clinic, patients: null } };
  }
  const group = groupOf(type);
  const allowing = subject.roles.filter((role) => roleAllows(role, group, letter));
  if (allowing.length === 0) return no('role');
  const asStaff = allowing.some((role) => role !== 'patient');
  if (asStaff && scopeCovers(subject, 'user', letter, type))
    return { allowed: true, visibility: { clinic: subject.clinic, patients: null } };
  if (!scopeCovers(subject, 'user', letter, type) && !scopeCovers(subject, 'patient', letter, type)) return no('scope');
  return withinOnePatient(subject, interaction, type);
}

/** A subject limited to one patient reads only: that a written resource stays inside can't be seen before it is read. */
function withinOnePatient(subject: Subject, interaction: Interaction, type: string): Decision {
  if (subject.patient === undefined || !isOpenToPatients(type)) return no('compartment');
  if (interaction !== 'read' && interaction !== 'search') return no('compartment');
  return { allowed: true, visibility: { clinic: subject.clinic, patients: [subject.patient] } };
}

// A scope restricted by a query covers nothing here: the records can't yet hold a statement to such a restriction.
function scopeCovers(subject: Subject, context: Context, letter: string, type: string): boolean {
  for (const scope of subject.scopes) {
    const grant = parseScope(scope);
    if (
      grant !== null &&
      grant.context === context &&
      grant.query === null &&
      (grant.type === type || grant.type === '*') &&
      grant.letters.includes(letter)
    )
      return true;
  }
  return false;
}

/** Whether `decide` allows the interaction. */
export function mayInteract(subject: Subject, interaction: Interaction, type: string): boolean {
  return decide(subject, interaction, type).allowed;
}

/** Like `decide`, for whoever goes on only when it is allowed. @throws Refusal `forbidden`, the same for every reason */
export function demand(subject: Subject, interaction: Interaction, type: string): Sight {
  const decision = decide(subject, interaction, type);
  if (!decision.allowed) throw refuse('forbidden', `You may not ${interaction} ${type} resources here.`);
  return decision.visibility;
}

/** Of the given types those that the subject may search: what a search or history without a type runs over. */
export function searchableTypes(subject: Subject, types: readonly string[]): readonly string[] {
  return types.filter((type) => mayInteract(subject, 'search', type) && mayInteract(subject, 'read', type));
}

/**
 * Interactions with the whole system. The history of everything is for systems that may read everything;
 * a batch or transaction is open to all, since each of its entries is decided by itself.
 */
export function decideWholeSystem(
  subject: Subject,
  interaction: 'history-system' | 'search-system' | 'batch',
): Decision {
  const visibility = { clinic: subject.clinic, patients: null };
  if (interaction === 'batch') return { allowed: true, visibility };
  if (!subject.roles.includes('system')) return no('role');
  const everything = (['r', 's'] as const).every((letter) => scopeCovers(subject, 'system', letter, '*'));
  return everything ? { allowed: true, visibility } : no('scope');
}
