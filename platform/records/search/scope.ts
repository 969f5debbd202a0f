// What every part of a compiled search shares: where types live, whose eyes it runs with, and its bound values.
import type { ParameterNumber, ParameterUse } from '@polyclinic/fhir/search';
import type { Visibility } from '../types.ts';
import { type Compartment, withinPatients } from '../visibility.ts';
import { type Binder, createBinder } from './statement.ts';

/** What search must know about FHIR and about this engine. */
export interface SearchModel {
  /** The quoted schema that holds a type here; null where another process owns it. */
  schemaOf(type: string): string | null;
  /** Every type of R4, here or not. */
  readonly types: readonly string[];
  typeNumber(type: string): number;
  typeName(number: number): string;
  /** A parameter of a type by its code; null where there is none. */
  parameter(type: string, code: string): ParameterUse | null;
  /** The codes of a type's reference parameters. */
  referenceParameters(type: string): readonly string[];
  /** The parameters that put a type into a compartment; empty where the compartment has no such type. */
  compartmentParameters(compartment: string, type: string): readonly ParameterNumber[];
  /** As bits of `current.present`: the parameters that put a type into a compartment, but for those with these numbers. */
  otherWaysIn(compartment: string, type: string, numbers: readonly ParameterNumber[]): bigint;
  /** The hash that, XOR a token's hash, gives the term of a parameter. */
  parameterHash(parameter: ParameterNumber): string;
  /** Lower case, no accents, single spaces: as StringEntry.value is made. */
  normalise(text: string): string;
}

/** The rows a piece of SQL is about: one type (or, as an expression, each of several) of one schema and one clinic. */
export interface Place {
  readonly schema: string;
  readonly type: string;
  /** Its number, or where several types are walked alike, a column that stands for each in turn. */
  readonly typeSql: string;
  /** One clinic: a placeholder or a column. */
  readonly clinic: string;
  /** Set where a look-up is cut short: it should then be planned as one that is. */
  readonly most?: number;
}

export interface Scope {
  readonly model: SearchModel;
  readonly binder: Binder;
  readonly visibility: Visibility;
  /** The clinic asking, as a placeholder. */
  readonly own: string;
  /** The only patients to be seen, as a placeholder; null for all. */
  readonly patients: string | null;
  /** A name not used before in this statement. */
  alias(stem: string): string;
}

export function createScope(model: SearchModel, visibility: Visibility): Scope {
  const binder = createBinder();
  let own: string | undefined;
  let patients: string | undefined;
  let names = 0;
  return {
    model,
    binder,
    visibility,
    // Bound when first asked for: PostgreSQL refuses a value that a statement never uses.
    get own() {
      own ??= binder.bind(visibility.clinic, 'int4');
      return own;
    },
    get patients() {
      if (visibility.patients === null) return null;
      patients ??= binder.bind(visibility.patients, 'text[]');
      return patients;
    },
    alias: (stem) => `${stem}${++names}`,
  };
}

/** Where a type is looked for: in this clinic and, if it can be shared, in clinic 0. Empty when it is not here. */
export function placesOf(scope: Scope, type: string): readonly Place[] {
  const schema = scope.model.schemaOf(type);
  if (schema === null) return [];
  const own = { schema, type, typeSql: String(scope.model.typeNumber(type)), clinic: scope.own };
  return scope.visibility.clinic !== 0 && canBeShared(type) ? [own, { ...own, clinic: '0' }] : [own];
}

export const and = (conditions: readonly string[]): string => conditions.join(' and ') || 'true';

export const or = (conditions: readonly string[]): string =>
  conditions.length === 1 ? conditions[0]! : `(${conditions.join(' or ') || 'false'})`;

/** `column in (numbers)`: numbers come from committed tables, so they are part of the statement's shape. */
export const numbersAre = (column: string, numbers: readonly number[]): string =>
  numbers.length === 1
    ? `${column} = ${Number(numbers[0])}`
    : `${column} in (${numbers.map(Number).join(', ') || 'null'})`;

// Whose content is made to be shared between clinics; only these are looked for in clinic 0 too, so that every other
// type's search stays one index scan.
const SHARED: ReadonlySet<string> = new Set([
  'ActivityDefinition',
  'CapabilityStatement',
  'ChargeItemDefinition',
  'CodeSystem',
  'CompartmentDefinition',
  'ConceptMap',
  'EffectEvidenceSynthesis',
  'EventDefinition',
  'Evidence',
  'EvidenceVariable',
  'ExampleScenario',
  'GraphDefinition',
  'HealthcareService',
  'ImplementationGuide',
  'Library',
  'Location',
  'Measure',
  'Medication',
  'MedicationKnowledge',
  'MessageDefinition',
  'NamingSystem',
  'OperationDefinition',
  'Organization',
  'PlanDefinition',
  'Questionnaire',
  'ResearchDefinition',
  'ResearchElementDefinition',
  'RiskEvidenceSynthesis',
  'SearchParameter',
  'SpecimenDefinition',
  'StructureDefinition',
  'StructureMap',
  'Substance',
  'TerminologyCapabilities',
  'TestScript',
  'ValueSet',
]);

/** Whether resources of a type may be in clinic 0, where every clinic sees them. */
export const canBeShared = (type: string): boolean => SHARED.has(type);

/** The clinics where a type is looked for, as a condition on a column. */
export function clinicIs(scope: Scope, column: string, type: string): string {
  const shared = scope.visibility.clinic !== 0 && canBeShared(type);
  return shared ? `${column} in (${scope.own}, 0)` : `${column} = ${scope.own}`;
}

/** How a type stands to patients' compartments. */
export const compartmentOf = (model: Pick<SearchModel, 'compartmentParameters'>, type: string): Compartment =>
  type === 'Patient' ? 'patient' : model.compartmentParameters('Patient', type).length > 0 ? 'inside' : 'outside';

/** The patients' limit on rows of a type, as conditions: none where the eyes or the type have none. */
export function withinCompartments(scope: Scope, alias: string, type: string): readonly string[] {
  const compartment = compartmentOf(scope.model, type);
  return compartment === 'outside' || scope.patients === null
    ? []
    : [withinPatients(alias, compartment, scope.patients)];
}

/** Conditions for a row of `current` of one type to be seen at all: to be put on every alias that reads resources. */
export const visible = (scope: Scope, alias: string, type: string): readonly string[] => [
  clinicIs(scope, `${alias}.clinic`, type),
  ...withinCompartments(scope, alias, type),
];
