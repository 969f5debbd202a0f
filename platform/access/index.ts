// Who may do what: tokens become subjects, subjects get decisions. Default deny throughout.
export * from './bearer.ts';
export * from './decide.ts';
export * from './permissions.ts';
export * from './revocations.ts';
export * from './role-matrix.ts';
export * from './scopes.ts';
export * from './token-verifier.ts';
export * from './type-groups.ts';
