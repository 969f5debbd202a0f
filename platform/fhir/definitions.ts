// The official FHIR R4 definitions, ready to ask: http://hl7.org/fhir/R4/. The tables are committed (definitions/README.md).
import codeListTable from './definitions/code-lists.json' with { type: 'json' };
import compartmentTable from './definitions/compartments.json' with { type: 'json' };
import parameterNumberTable from './definitions/parameter-numbers.json' with { type: 'json' };
import parameterTable from './definitions/search-parameters.json' with { type: 'json' };
import structureTable from './definitions/structures.json' with { type: 'json' };
import typeNumberTable from './definitions/type-numbers.json' with { type: 'json' };

export interface Invariant {
  readonly key: string;
  readonly severity: 'error' | 'warning';
  /** FHIRPath. */
  readonly expression: string;
  readonly human: string;
}

export interface ElementShape {
  /** A data type, or the path of a backbone element; absent for a choice. */
  readonly type?: string;
  /** The types of `name[x]`. */
  readonly choice?: readonly string[];
  /** 0 when absent. */
  readonly min?: number;
  /** 1 when absent. */
  readonly max?: '*';
  /** The resource types a reference may point to; any when absent. */
  readonly targets?: readonly string[];
  /** The value set of a required binding that can be listed: see `codeList`. */
  readonly binding?: string;
  readonly profile?: 'SimpleQuantity';
  /** Part of `_summary=true`. */
  readonly summary?: 1;
  readonly invariants?: readonly Invariant[];
}

export interface Structure {
  readonly kind: 'resource' | 'complex' | 'backbone' | 'primitive';
  /** What it specialises; its elements and invariants count here too. */
  readonly base?: string;
  /** Its own elements by name, choices without `[x]`. */
  readonly elements: Readonly<Record<string, ElementShape>>;
  readonly invariants?: readonly Invariant[];
}

export interface SearchParameter {
  readonly code: string;
  readonly type: 'token' | 'string' | 'date' | 'number' | 'quantity' | 'reference' | 'uri' | 'composite' | 'special';
  /** FHIRPath, only the part that concerns this type. */
  readonly expression: string;
  readonly targets?: readonly string[];
  readonly components?: readonly { readonly code: string; readonly expression: string }[];
}

/** Codes by system. */
export type CodeList = Readonly<Record<string, readonly string[]>>;
export type CompartmentName = 'Patient' | 'Encounter';

const structures = new Map(Object.entries(structureTable as Readonly<Record<string, Structure>>));
const parameters = new Map(Object.entries(parameterTable as Readonly<Record<string, readonly SearchParameter[]>>));
const codeLists = new Map(Object.entries(codeListTable as Readonly<Record<string, CodeList>>));
const typeNumbers = new Map(Object.entries(typeNumberTable as Readonly<Record<string, number>>));
const typeNames = new Map([...typeNumbers].map(([name, number]) => [number, name]));
const parameterNumbers = new Map(Object.entries(parameterNumberTable as Readonly<Record<string, number>>));
const compartments = new Map(
  Object.entries(compartmentTable as Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>).map(
    ([name, types]) => [name, new Map(Object.entries(types))],
  ),
);
const common = parameters.get('Resource') ?? [];
const allParameters = new Map<string, readonly SearchParameter[]>();

/** The 146 resource types of R4, in alphabetical order. */
export const resourceTypes: readonly string[] = [...typeNumbers.keys()].sort();

/** Alias for those who speak of FHIR's types rather than of resources. */
export const fhirTypes = resourceTypes;

export function isResourceType(name: string): boolean {
  return typeNumbers.has(name);
}

/** The number under which a type is stored; stable for ever. Undefined for what is no resource type. */
export function typeNumber(name: string): number | undefined {
  return typeNumbers.get(name);
}

/** The type stored under a number. */
export function typeName(number: number): string | undefined {
  return typeNames.get(number);
}

/** The number under which a search parameter's values are stored; stable for ever. */
export function parameterNumber(code: string): number | undefined {
  return parameterNumbers.get(code);
}

/** The standard search parameters of a type, those every resource has included; empty for what is no resource type. */
export function parametersOf(type: string): readonly SearchParameter[] {
  if (!typeNumbers.has(type)) return [];
  let all = allParameters.get(type);
  if (all === undefined) {
    all = [...common, ...(parameters.get(type) ?? [])];
    allParameters.set(type, all);
  }
  return all;
}

/** The structure of a type (`Patient`, `Quantity`) or backbone element (`Patient.contact`), own elements only. */
export function structureOf(name: string): Structure | undefined {
  return structures.get(name);
}

/** The codes of a required binding, or undefined when the value set can't be listed. */
export function codeList(binding: string): CodeList | undefined {
  return codeLists.get(binding);
}

/** The search parameters that put a resource of `type` into a compartment; `_id` when it is the compartment itself. */
export function compartmentParameters(compartment: CompartmentName, type: string): readonly string[] {
  return compartments.get(compartment)?.get(type) ?? [];
}

/** The types that can be in a compartment. */
export function compartmentTypes(compartment: CompartmentName): readonly string[] {
  return [...(compartments.get(compartment)?.keys() ?? [])].sort();
}
