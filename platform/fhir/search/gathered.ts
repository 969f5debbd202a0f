// Where the values of one resource come together while its index entries are made.
import type {
  CompositeEntry,
  DateEntry,
  IdentifierEntry,
  QuantityEntry,
  ReferenceEntry,
  StringEntry,
  TextSeen,
} from './index-entries.ts';
import type { Token } from './term.ts';

export interface Gathered {
  readonly resource: unknown;
  readonly code: bigint[];
  readonly category: bigint[];
  /** Terms that share the hot code's index without being the resource's own code (Observation component codes). */
  readonly extra: bigint[];
  readonly terms: bigint[];
  readonly strings: StringEntry[];
  readonly identifiers: IdentifierEntry[];
  readonly references: ReferenceEntry[];
  readonly dates: DateEntry[];
  readonly quantities: QuantityEntry[];
  readonly composites: CompositeEntry[];
  readonly tokensSeen: Map<string, Token>;
  readonly textsSeen: Map<string, TextSeen>;
  /** The hot date: the union of all its values. '' while there is none. */
  low: string;
  high: string;
  /** Bits 0 to 31 and 32 to 63 of `present`. */
  presentLow: number;
  presentHigh: number;
}

export function gatherFrom(resource: unknown): Gathered {
  return {
    resource,
    code: [],
    category: [],
    extra: [],
    terms: [],
    strings: [],
    identifiers: [],
    references: [],
    dates: [],
    quantities: [],
    composites: [],
    tokensSeen: new Map(),
    textsSeen: new Map(),
    low: '',
    high: '',
    presentLow: 0,
    presentHigh: 0,
  };
}
