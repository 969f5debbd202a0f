// A search as parsed and checked: what platform/records compiles into SQL. Spec: http://hl7.org/fhir/R4/search.html
import type { Hash, ParameterNumber } from './index-entries.ts';

export type Prefix = 'eq' | 'ne' | 'gt' | 'lt' | 'ge' | 'le' | 'sa' | 'eb' | 'ap';

/** Which side table or column answers a parameter. */
export type Storage =
  | { readonly in: 'code' | 'category' } // hot column plus `extra`
  | { readonly in: 'terms' }
  | { readonly in: 'date' } // hot date column pair
  | { readonly in: 'dates' | 'strings' | 'identifiers' | 'quantities' | 'references' | 'composites' };

/** A search parameter as used on one type. Combination parameters (combo-*) name the numbers they unite. */
export interface ParameterUse {
  /** The code as in the URL. */
  readonly code: string;
  readonly type: 'token' | 'string' | 'date' | 'number' | 'quantity' | 'reference' | 'uri' | 'composite';
  readonly numbers: readonly ParameterNumber[];
  readonly storage: Storage;
  /** reference parameters: the resource types it may point to. */
  readonly targets: readonly string[];
}

export type TokenValue =
  /** `system|code` or `|code`: exactly this term. */
  | { readonly kind: 'term'; readonly hashes: readonly Hash[] }
  /** A bare code: every system it was seen with. Term = dictionary hash XOR each of parameterHashes. */
  | { readonly kind: 'code'; readonly code: string; readonly parameterHashes: readonly Hash[] }
  /** `system|`: every code of that system. */
  | { readonly kind: 'system'; readonly system: string; readonly parameterHashes: readonly Hash[] }
  /** :text - every display or text that starts with this normalised text. */
  | { readonly kind: 'text'; readonly startsWith: string; readonly parameterHashes: readonly Hash[] };

export interface IdentifierValue {
  /** undefined: any system. '' : none. */
  readonly system?: string;
  /** undefined: any value. */
  readonly value?: string;
  /** :of-type - `system|code` of Identifier.type. */
  readonly ofType?: string;
}

export interface DateValue {
  readonly prefix: Prefix;
  /** The span the searched value stands for: [low, high), ISO instants in UTC. */
  readonly low: string;
  readonly high: string;
}

export interface NumberValue {
  readonly prefix: Prefix;
  readonly value: number;
  /** The span the value's precision implies, for eq and ne; ap widens it to 10 %. */
  readonly low: number;
  readonly high: number;
}

export interface QuantityValue extends NumberValue {
  readonly unit:
    | { readonly kind: 'any' }
    | { readonly kind: 'systemCode'; readonly hash: Hash; readonly canonical: CanonicalRange | null }
    | { readonly kind: 'code'; readonly code: Hash; readonly unit: Hash };
}

export interface CanonicalRange {
  readonly unit: Hash;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface ReferenceValue {
  /** Target type numbers it may be; [0] with a URL for canonicals and outside references. */
  readonly types: readonly number[];
  readonly id: string;
}

export interface CompositeValue {
  readonly first: TokenValue | { readonly kind: 'term'; readonly hashes: readonly Hash[] };
  readonly second:
    | { readonly kind: 'token'; readonly value: TokenValue }
    | { readonly kind: 'hash'; readonly hash: Hash }
    | { readonly kind: 'quantity'; readonly value: QuantityValue }
    | { readonly kind: 'number'; readonly value: NumberValue }
    | { readonly kind: 'date'; readonly value: DateValue };
  readonly third?: NumberValue;
}

/** One AND-ed criterion; `values` are OR-ed. */
export type Criterion =
  | {
      readonly kind: 'token';
      readonly parameter: ParameterUse;
      readonly not: boolean;
      readonly values: readonly TokenValue[];
    }
  | {
      readonly kind: 'identifier';
      readonly parameter: ParameterUse;
      readonly not: boolean;
      readonly values: readonly IdentifierValue[];
    }
  | {
      readonly kind: 'string';
      readonly parameter: ParameterUse;
      readonly match: 'starts' | 'contains' | 'exact';
      readonly values: readonly string[];
    }
  | {
      readonly kind: 'uri';
      readonly parameter: ParameterUse;
      readonly match: 'exact' | 'above' | 'below';
      readonly not: boolean;
      readonly values: readonly string[];
    }
  | { readonly kind: 'date'; readonly parameter: ParameterUse; readonly values: readonly DateValue[] }
  | { readonly kind: 'number'; readonly parameter: ParameterUse; readonly values: readonly NumberValue[] }
  | { readonly kind: 'quantity'; readonly parameter: ParameterUse; readonly values: readonly QuantityValue[] }
  | {
      readonly kind: 'reference';
      readonly parameter: ParameterUse;
      readonly not: boolean;
      readonly values: readonly ReferenceValue[];
    }
  | { readonly kind: 'composite'; readonly parameter: ParameterUse; readonly values: readonly CompositeValue[] }
  /** `:missing=true|false`: bit of `current.present`. */
  | { readonly kind: 'missing'; readonly parameter: ParameterUse; readonly missing: boolean; readonly bit: number }
  /** `_id`, with :not */
  | { readonly kind: 'id'; readonly not: boolean; readonly ids: readonly string[] }
  /** `_lastUpdated`: answered by the log. */
  | { readonly kind: 'lastUpdated'; readonly values: readonly DateValue[] }
  /** `subject:Patient.name=x`: this reference points to a resource of one of `types` that meets `criterion` (already per type). */
  | {
      readonly kind: 'chain';
      readonly parameter: ParameterUse;
      readonly branches: readonly { readonly type: string; readonly criterion: Criterion }[];
    }
  /** `_has:Observation:patient:code=x`: some `type` points here by `parameter` and meets `criterion`. */
  | { readonly kind: 'has'; readonly type: string; readonly parameter: ParameterUse; readonly criterion: Criterion }
  /** `_list=x`: is an entry of List/x. */
  | { readonly kind: 'list'; readonly listId: string };

export interface Sort {
  /** `_id`, `_lastUpdated` or a parameter of the searched type. */
  readonly by: '_id' | '_lastUpdated' | ParameterUse;
  readonly descending: boolean;
}

export interface Include {
  /** The type whose reference is followed (for revinclude: the type that points here), or '*' for every type. */
  readonly source: string;
  /** null: every reference parameter. */
  readonly parameter: ParameterUse | null;
  readonly target: string | null;
  readonly iterate: boolean;
  readonly reverse: boolean;
}

export interface SearchQuery {
  /** One type, or several for whole-system and compartment searches. */
  readonly types: readonly string[];
  /** Criteria per searched type: the same search means other parameters on other types. */
  readonly criteria: Readonly<Record<string, readonly Criterion[]>>;
  readonly compartment: { readonly type: string; readonly id: string } | null;
  readonly sort: readonly Sort[];
  /** Page size, 0 to 1000. */
  readonly count: number;
  readonly cursor: string | null;
  readonly total: 'none' | 'estimate' | 'accurate';
  readonly summary: 'true' | 'text' | 'data' | 'count' | 'false';
  readonly elements: readonly string[];
  readonly includes: readonly Include[];
  /** The parameters that were understood, in order, for the self link. */
  readonly used: readonly (readonly [name: string, value: string])[];
  /** Unknown parameters: refused under strict handling, reported otherwise. */
  readonly ignored: readonly string[];
}
