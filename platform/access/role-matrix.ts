// What each role may do with each group of types, before scopes and the patient's compartment narrow it further.
// Letters as in SMART v2: create, read, update, delete, search. What is not in the table is forbidden.
import type { TypeGroup } from './type-groups.ts';

export const ROLES = ['admin', 'doctor', 'nurse', 'office', 'patient', 'researcher', 'auditor', 'system'] as const;
export type Role = (typeof ROLES)[number];
type StaffRole = Exclude<Role, 'system'>;

/**
 * Staff see all of their clinic; a patient only the own compartment and what is shared.
 * An admin runs the clinic but does not read the medical record. A researcher gets extracts, never records.
 * A system has no row: its registration and its scopes alone say what it may do.
 */
export const ROLE_MATRIX: Readonly<Record<TypeGroup, Readonly<Partial<Record<StaffRole, string>>>>> = {
  demographics: { admin: 'cruds', doctor: 'crus', nurse: 'crus', office: 'crus', patient: 'rs' },
  clinical: { doctor: 'cruds', nurse: 'crus', patient: 'rs' },
  prescriptions: { doctor: 'cruds', nurse: 'rs', patient: 'rs' },
  medicationGiven: { doctor: 'cruds', nurse: 'crus', patient: 'rs' },
  formulary: { admin: 'cruds', doctor: 'crus', nurse: 'rs', office: 'rs', patient: 'rs' },
  visits: { admin: 'rs', doctor: 'crus', nurse: 'crus', office: 'crus', patient: 'rs' },
  appointments: { admin: 'cruds', doctor: 'crus', nurse: 'crus', office: 'cruds', patient: 'rs' },
  calendar: { admin: 'cruds', doctor: 'crus', nurse: 'rs', office: 'cruds', patient: 'rs' },
  directory: { admin: 'cruds', doctor: 'rs', nurse: 'rs', office: 'crus', patient: 'rs', researcher: 'rs' },
  workflow: { admin: 'cruds', doctor: 'crus', nurse: 'crus', office: 'crus', patient: 'rs' },
  messages: { doctor: 'crus', nurse: 'crus', office: 'crus', patient: 'rs' },
  billing: { admin: 'rs', office: 'cruds', patient: 'rs' },
  templates: { admin: 'cruds', doctor: 'rs', nurse: 'rs', office: 'rs', patient: 'rs', researcher: 'rs' },
  definitions: { admin: 'cruds', doctor: 'rs', nurse: 'rs', office: 'rs', patient: 'rs', researcher: 'rs' },
  reports: { admin: 'rs', doctor: 'rs' },
  research: { admin: 'rs', doctor: 'rs', researcher: 'crus' },
  authorship: { admin: 'rs', doctor: 'rs', auditor: 'rs', patient: 'rs' },
  trail: { admin: 'rs', auditor: 'rs', patient: 'rs' },
};

/** Whether the role, by itself, may do what the letter says with the group. */
export function roleAllows(role: string, group: TypeGroup | undefined, letter: string): boolean {
  if (group === undefined) return false;
  const row = ROLE_MATRIX[group] as Readonly<Record<string, string>>;
  return Object.hasOwn(row, role) && (row[role] ?? '').includes(letter);
}
