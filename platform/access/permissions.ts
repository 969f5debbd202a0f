// Rights beyond FHIR: `polyclinic:<resource>:<read|write|*>`, which operations name as what they need.
import { refuse, type Subject } from '@polyclinic/kit';
import { permissionIsAllowed } from './scopes.ts';

/** What a role may do at most; the token's scopes narrow it. A system's registration alone decides for it. */
const PERMISSIONS_OF_ROLE: Readonly<Record<string, readonly string[]>> = {
  admin: ['polyclinic:*:*'],
  system: ['polyclinic:*:*'],
};

/**
 * Whether the subject may carry out an operation that needs `permission`: its scopes must hold it and one of its
 * roles must allow it. 'by-resource' operations decide per FHIR interaction themselves.
 */
export function mayCall(subject: Subject, permission: string): boolean {
  if (permission === 'by-resource') return true;
  return (
    permissionIsAllowed(subject.scopes, permission) &&
    subject.roles.some((role) => permissionIsAllowed(permissionsOf(role), permission))
  );
}

const permissionsOf = (role: string): readonly string[] =>
  Object.hasOwn(PERMISSIONS_OF_ROLE, role) ? (PERMISSIONS_OF_ROLE[role] ?? []) : [];

/** @throws Refusal `forbidden` unless `mayCall` */
export function demandPermission(subject: Subject, permission: string): void {
  if (!mayCall(subject, permission)) throw refuse('forbidden', `This needs the permission ${permission}.`);
}
