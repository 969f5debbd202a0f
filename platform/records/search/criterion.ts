// The two ways a criterion can be answered in SQL, and which file knows how for each kind of criterion.
import type { Criterion } from '@polyclinic/fhir/search';
import { compositeFilter, compositeSource } from './composites.ts';
import { dateFilter, dateSource } from './dates.ts';
import { identifierFilter, identifierSource } from './identifiers.ts';
import { chainFilter, chainSource, hasFilter, hasSource, listFilter, listSource } from './links.ts';
import { quantityFilter, quantitySource } from './quantities.ts';
import { idFilter, idSource, lastUpdatedFilter, lastUpdatedSource, missingFilter } from './records.ts';
import { referenceFilter, referenceSource } from './references.ts';
import type { Place, Scope } from './scope.ts';
import { stringFilter, stringSource } from './strings.ts';
import { tokenFilter, tokenSource } from './tokens.ts';
import { uriFilter, uriSource } from './uris.ts';

/** A select of the ids (column `id`, some perhaps twice) in a place that meet a criterion. */
export interface Source {
  readonly sql: string;
  /** Whether every id it gives meets the criterion, or the filter must still be asked. */
  readonly exact: boolean;
  /** Whether it may name what is not there: an id of a request or of a reference need not exist. */
  readonly named?: true;
}

/** The criterion as a condition on the row `alias` of `current` in a place. */
export function filter(scope: Scope, place: Place, alias: string, criterion: Criterion): string {
  switch (criterion.kind) {
    case 'token':
      return tokenFilter(scope, place, alias, criterion);
    case 'identifier':
      return identifierFilter(scope, place, alias, criterion);
    case 'string':
      return stringFilter(scope, place, alias, criterion);
    case 'uri':
      return uriFilter(scope, place, alias, criterion);
    case 'date':
      return dateFilter(scope, place, alias, criterion);
    case 'number':
    case 'quantity':
      return quantityFilter(scope, place, alias, criterion);
    case 'reference':
      return referenceFilter(scope, place, alias, criterion);
    case 'composite':
      return compositeFilter(scope, place, alias, criterion);
    case 'missing':
      return missingFilter(alias, criterion);
    case 'id':
      return idFilter(scope, alias, criterion);
    case 'lastUpdated':
      return lastUpdatedFilter(scope, place, alias, criterion);
    case 'chain':
      return chainFilter(scope, place, alias, criterion);
    case 'has':
      return hasFilter(scope, place, alias, criterion);
    case 'list':
      return listFilter(scope, place, alias, criterion);
  }
}

/** The criterion as a look-up from its value to ids; only for criteria that have a rank. */
export function source(scope: Scope, place: Place, criterion: Criterion): Source {
  switch (criterion.kind) {
    case 'token':
      return tokenSource(scope, place, criterion);
    case 'identifier':
      return identifierSource(scope, place, criterion);
    case 'string':
      return stringSource(scope, place, criterion);
    case 'uri':
      return uriSource(scope, place, criterion);
    case 'date':
      return dateSource(scope, place, criterion);
    case 'number':
    case 'quantity':
      return quantitySource(scope, place, criterion);
    case 'reference':
      return referenceSource(scope, place, criterion);
    case 'composite':
      return compositeSource(scope, place, criterion);
    case 'missing':
      throw new Error('a missing value can not be looked up');
    case 'id':
      return idSource(scope, criterion);
    case 'lastUpdated':
      return lastUpdatedSource(scope, place, criterion);
    case 'chain':
      return chainSource(scope, place, criterion);
    case 'has':
      return hasSource(scope, place, criterion);
    case 'list':
      return listSource(scope, place, criterion);
  }
}

export type Of<Kind extends Criterion['kind']> = Extract<Criterion, { kind: Kind }>;
