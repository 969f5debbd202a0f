// What the path compiler asks about FHIR types. The definitions answer; without them paths still work on JSON alone,
// they just know fewer types.

/** One child element as its parent's type defines it. */
export interface ElementShape {
  /** Type names, several for a choice (`value[x]`). Backbone elements are named by path: `Observation.component`. */
  readonly types: readonly string[];
  /** True for `value[x]`: the JSON property is the name followed by the capitalised type. */
  readonly choice: boolean;
  /** The value set a code must come from. */
  readonly binding?: string;
}

export interface PathModel {
  /** `name` as the path says it, without type suffix. */
  element(type: string, name: string): ElementShape | undefined;
  /** The type this one specialises: Patient -> DomainResource -> Resource, code -> string, Age -> Quantity. */
  parent(type: string): string | undefined;
}

const SPECIALISED: Readonly<Record<string, string>> = {
  code: 'string',
  id: 'string',
  markdown: 'string',
  url: 'uri',
  canonical: 'uri',
  oid: 'uri',
  uuid: 'uri',
  positiveInt: 'integer',
  unsignedInt: 'integer',
  Age: 'Quantity',
  Count: 'Quantity',
  Distance: 'Quantity',
  Duration: 'Quantity',
  SimpleQuantity: 'Quantity',
  MoneyQuantity: 'Quantity',
};

/** Knows only how FHIR's data types specialise each other. */
export const bareModel: PathModel = {
  element: () => undefined,
  parent: (type) => SPECIALISED[type],
};

/** Every type that may follow the name of an open choice element. */
export const CHOICE_TYPES: readonly string[] = (
  'base64Binary boolean canonical code date dateTime decimal id instant integer markdown oid positiveInt string time ' +
  'unsignedInt uri url uuid Address Age Annotation Attachment CodeableConcept Coding ContactDetail ContactPoint ' +
  'Contributor Count DataRequirement Distance Dosage Duration Expression HumanName Identifier Meta Money ' +
  'ParameterDefinition Period Quantity Range Ratio Reference RelatedArtifact SampledData Signature Timing ' +
  'TriggerDefinition UsageContext'
).split(' ');

/** The JSON property that holds a choice element of this type: `value` + `dateTime` = `valueDateTime`. */
export function choiceProperty(name: string, type: string): string {
  return `${name}${type[0]?.toUpperCase() ?? ''}${type.slice(1)}`;
}
