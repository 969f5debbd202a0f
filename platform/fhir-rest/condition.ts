// The searches that conditional interactions rest on: http://hl7.org/fhir/R4/http.html#cond-update
import { parseSearch, type SearchQuery } from '@polyclinic/fhir/search';
import { refuse, type Subject } from '@polyclinic/kit';
import type { RecordsTransaction, Visibility } from '@polyclinic/records';
import { visibilityOver } from './access.ts';
import { typesTouched } from './types-touched.ts';

export interface ReadCondition {
  readonly query: SearchQuery;
  readonly visibility: Visibility;
  /** Whoever may create what meets the same criteria takes the same lock. */
  readonly lock: string;
}

export interface Asker {
  readonly subject: Subject;
  readonly base: string;
  readonly now: () => Date;
  readonly owners: ReadonlyMap<string, string>;
}

/** @throws Refusal for criteria that are unknown or select nothing in particular */
export function readCondition({ subject, base, now, owners }: Asker, type: string, criteria: string): ReadCondition {
  const query = parseSearch({ types: [type], query: criteria.replace(/^\?/, ''), strict: true, now, base });
  if ((query.criteria[type] ?? []).length === 0)
    throw refuse('value', 'a condition needs at least one criterion', { status: 412 });
  const canonical = query.used
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join('&');
  return {
    query,
    visibility: visibilityOver(subject, typesTouched(query, owners)),
    lock: `condition ${subject.clinic} ${type}?${canonical}`,
  };
}

/** The ids that meet each condition, at most two each; conditions with the same eyes are looked up together. */
export async function idsMeeting(
  tx: Pick<RecordsTransaction, 'findIds'>,
  conditions: readonly ReadCondition[],
): Promise<readonly (readonly string[])[]> {
  const found = conditions.map((): readonly string[] => []);
  const groups = Map.groupBy(conditions.keys(), (at) => JSON.stringify(conditions[at]?.visibility));
  for (const places of groups.values()) {
    const group = places.map((at) => conditions[at] as ReadCondition);
    const ids = await tx.findIds(
      group.map(({ query }) => query),
      (group[0] as ReadCondition).visibility,
    );
    places.forEach((at, n) => {
      found[at] = ids[n] ?? [];
    });
  }
  return found;
}
