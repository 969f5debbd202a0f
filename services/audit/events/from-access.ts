// Spooled accesses as happenings: one for each patient whom the answer named.
import type { Access } from '@polyclinic/audit-trail';
import { type Happening, outcomeOf } from './happening.ts';

/** @param place what makes the access unique for ever: letters, digits and dashes, at most 56 */
export function happeningsOf(access: Access, place: string): readonly Happening[] {
  const patients: readonly (string | null)[] = access.patients.length === 0 ? [null] : access.patients;
  return patients.map((patient, n) => ({
    id: n === 0 ? place : `${place}-${n}`,
    clinic: access.clinic,
    at: new Date(access.at).toISOString(),
    interaction: access.interaction,
    outcome: outcomeOf(access.status),
    who: access.who === '' ? access.user : access.who,
    client: access.client,
    address: access.address,
    patient,
    what: whatOf(access),
    query: access.query,
    requestId: access.requestId,
  }));
}

function whatOf({ interaction, type, id, last }: Access): string {
  const resource = id === '' ? type : `${type}/${id}`;
  if (interaction === 'vread') return `${resource}/_history/${last}`;
  if (interaction === 'operation') return `${resource}/$${last}`;
  return interaction === 'search' && last !== '' ? `${resource}/${last}` : resource;
}
