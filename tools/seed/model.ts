// Short ways to write the FHIR R4 that the demo clinics are made of.

export interface Resource {
  readonly resourceType: string;
  readonly id: string;
  readonly [element: string]: unknown;
}

/** A transaction Bundle and the clinic it belongs to. */
export interface DemoBundle {
  readonly clinic: number;
  /** What a person sees while it loads. */
  readonly title: string;
  readonly resources: readonly Resource[];
}

export const SNOMED = 'http://snomed.info/sct';
export const LOINC = 'http://loinc.org';
export const RXNORM = 'http://www.nlm.nih.gov/research/umls/rxnorm';
export const CVX = 'http://hl7.org/fhir/sid/cvx';
export const UCUM = 'http://unitsofmeasure.org';
export const TERMINOLOGY = 'http://terminology.hl7.org/CodeSystem';
/** Identifier systems of the demo; `.example` never resolves. */
export const NAMESPACE = 'https://polyclinic.example';

export const concept = (system: string, code: string, display: string) => ({
  coding: [{ system, code, display }],
  text: display,
});
export const term = (table: string, code: string, display?: string) => ({
  coding: [{ system: `${TERMINOLOGY}/${table}`, code, ...(display === undefined ? {} : { display }) }],
});
export const to = (resource: Resource, display?: string) => ({
  reference: `${resource.resourceType}/${resource.id}`,
  ...(display === undefined ? {} : { display }),
});
export const quantity = (value: number, unit: string, code = unit) => ({ value, unit, system: UCUM, code });

/** A transaction Bundle that stores every resource under its own id. */
export function toBundle(resources: readonly Resource[]) {
  return {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: resources.map((resource) => ({
      fullUrl: `${NAMESPACE}/${resource.resourceType}/${resource.id}`,
      resource,
      request: { method: 'PUT', url: `${resource.resourceType}/${resource.id}` },
    })),
  };
}
