// What makes one version of a resource findable: the values that search parameters draw from it, ready for the tables
// of platform/records. Made by `extractIndex`, written by records, never read back.

/** A signed 64-bit hash as decimal text, as PostgreSQL's int8 takes it. */
export type Hash = string;

/** The number of a search parameter code; stable for ever, because it is stored (definitions/parameter-numbers.json). */
export type ParameterNumber = number;

export interface StringEntry {
  readonly parameter: ParameterNumber;
  /** Lower case, no accents, single spaces: what plain and :contains searches compare. uri values stay as they are. */
  readonly value: string;
  /** As sent: what :exact compares. */
  readonly exact: string;
}

export interface IdentifierEntry {
  readonly parameter: ParameterNumber;
  readonly system: string;
  readonly value: string;
  /** Identifier.type codings as `system|code`, for :of-type. */
  readonly types: readonly string[];
}

export interface ReferenceEntry {
  readonly parameter: ParameterNumber;
  /** The number of the target's type, or 0 for a canonical or a URL outside this server. */
  readonly targetType: number;
  /** The target's id, or the whole URL where targetType is 0. */
  readonly targetId: string;
}

/** Both ends inclusive, ISO instants in UTC with six decimals, or '-infinity' and 'infinity'. */
export interface DateEntry {
  readonly parameter: ParameterNumber;
  readonly low: string;
  readonly high: string;
}

export interface QuantityEntry {
  readonly parameter: ParameterNumber;
  /** Both ends inclusive; equal for a Quantity or number, apart for a Range. -Infinity and Infinity where open. */
  readonly low: number;
  readonly high: number;
  /** Hash of `system|code`, of `|code` and of the human unit; null where absent (number parameters: all null). */
  readonly systemCode: Hash | null;
  readonly code: Hash | null;
  readonly unit: Hash | null;
  /** The same in canonical UCUM units, where the unit converts. */
  readonly canonical: { readonly low: number; readonly high: number; readonly unit: Hash } | null;
}

/** One pairing inside one element; a value with several codings gives one entry per combination. */
export interface CompositeEntry {
  readonly parameter: ParameterNumber;
  /** The first component: token or reference (token hash as in terms of the component's own definition). */
  readonly first: Hash;
  /** The second: a token, reference or normalised string as hash, or a range (dates as seconds since 1970). */
  readonly second: Hash | null;
  readonly low: number | null;
  readonly high: number | null;
  /** The unit of a quantity as in QuantityEntry; null elsewhere. */
  readonly systemCode: Hash | null;
  readonly code: Hash | null;
  readonly unit: Hash | null;
  /** A third component (MolecularSequence only). */
  readonly low2: number | null;
  readonly high2: number | null;
}

/** A coding seen, for finding every system of a bare code. `hash` XOR the parameter's hash is its term. */
export interface TokenSeen {
  readonly system: string;
  readonly code: string;
  readonly hash: Hash;
}

/** A display or text seen beside a coding, for :text. `hash` XOR the parameter's :text hash is its term. */
export interface TextSeen {
  readonly text: string;
  readonly hash: Hash;
}

export interface IndexEntries {
  /** The patient whose compartment this belongs to, when there is exactly one. */
  readonly patient: string | null;
  /** Every patient whose compartment this belongs to. */
  readonly patients: readonly string[];
  /** The clinical date that results are ordered by; '-infinity' and 'infinity' where the type or resource has none. */
  readonly date: string;
  readonly dateEnd: string;
  /** The terms of the type's hot code and category parameters, when the resource has exactly one value for each. */
  readonly code: Hash | null;
  readonly category: Hash | null;
  /** The terms of hot parameters with several values; usually empty. */
  readonly extra: readonly Hash[];
  /** Terms of every other token parameter, and of :text. Sorted, unique. */
  readonly terms: readonly Hash[];
  /** Which parameters have a value: bit n of this int8 (as decimal text) for the type's n-th parameter; serves :missing. */
  readonly present: string;
  readonly strings: readonly StringEntry[];
  readonly identifiers: readonly IdentifierEntry[];
  readonly references: readonly ReferenceEntry[];
  readonly dates: readonly DateEntry[];
  readonly quantities: readonly QuantityEntry[];
  readonly composites: readonly CompositeEntry[];
  readonly tokensSeen: readonly TokenSeen[];
  readonly textsSeen: readonly TextSeen[];
  /** A hash of all of the above: equal when an update changes nothing that is searched by. */
  readonly fingerprint: Hash;
}
