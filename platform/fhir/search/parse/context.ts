// What reading a search needs from its surroundings.
import type { Catalogue } from '../catalogue.ts';
import type { TypeParameters } from '../registry.ts';
import type { CanonicalQuantity } from '../values/quantity.ts';

export interface ParseContext {
  readonly catalogue: Catalogue;
  readonly parametersFor: (type: string) => TypeParameters;
  readonly canonical: CanonicalQuantity;
  readonly now: () => Date;
  /** `http://host/fhir/R4`: references below it are this server's own. */
  readonly base: string | null;
}

/** One value of a list is one alternative; a thousand covers bulk look-ups by id and keeps a statement plannable. */
export const MAX_ALTERNATIVES = 1_000;
/** Steps of a chain or of nested _has: each is a join. */
export const MAX_STEPS = 6;
