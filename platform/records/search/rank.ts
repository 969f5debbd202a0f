// Which criterion to begin with: the one whose look-up tends to find fewest.
import type { Criterion } from '@polyclinic/fhir/search';
import { isLookedUp } from './tokens.ts';

/** The rank of looking terms up: beyond it, walking the result in order is tried first. */
export const TERMS = 75;

/** Lower tends to find fewer; null where the criterion can only be asked row by row. */
export function rank(criterion: Criterion): number | null {
  if ('not' in criterion && criterion.not) return null;
  switch (criterion.kind) {
    case 'id':
      return 0;
    case 'identifier':
      return criterion.values.every(({ value }) => value !== undefined) ? 10 : 55;
    case 'list':
      return 15;
    case 'uri':
      return 25;
    case 'string':
      return { exact: 20, starts: 30, contains: 60 }[criterion.match];
    case 'reference':
      return 35;
    case 'chain':
      return 40;
    case 'has':
      return 45;
    case 'composite':
      return 65;
    case 'number':
    case 'quantity':
      return 70;
    case 'date':
      return criterion.parameter.storage.in === 'date' ? null : 70;
    case 'token':
      return isLookedUp(criterion) ? TERMS : null;
    case 'lastUpdated':
      return 80;
    case 'missing':
      return null;
  }
}
