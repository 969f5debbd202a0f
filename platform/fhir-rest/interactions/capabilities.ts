// The CapabilityStatement, made from the definitions once: http://hl7.org/fhir/R4/http.html#capabilities
import { parametersOf } from '@polyclinic/fhir';
import { parametersFor } from '@polyclinic/fhir/search';
import { refuse } from '@polyclinic/kit';
import { answer } from '../answer.ts';
import type { Ask } from '../ask.ts';
import { isCompartment } from '../compartments.ts';
import type { FhirResponse } from '../exchange.ts';
import { parameter } from '../parameters.ts';
import type { FhirParts } from '../parts.ts';

const TYPE_INTERACTIONS = [
  'read',
  'vread',
  'update',
  'patch',
  'delete',
  'history-instance',
  'history-type',
  'create',
  'search-type',
];
const SYSTEM_INTERACTIONS = ['transaction', 'batch', 'search-system', 'history-system'];
const COMMON_PARAMETERS = [
  { name: '_has', type: 'special' },
  { name: '_list', type: 'special' },
];
const VALIDATE = { name: 'validate', definition: 'http://hl7.org/fhir/OperationDefinition/Resource-validate' };
const META = { name: 'meta', definition: 'http://hl7.org/fhir/OperationDefinition/Resource-meta' };
/** Our own: what changed from version to version, and an old version written anew. */
const OWN = [
  { name: 'changes', definition: 'urn:polyclinic:operation:changes' },
  { name: 'restore', definition: 'urn:polyclinic:operation:restore' },
];
const EVERYTHING = { Patient: 'Patient-everything', Encounter: 'Encounter-everything' } as const;

/** Makes the statement's text; what depends on nobody's request is made only once. */
export function createCapabilityStatement({
  owners,
  settings,
}: Pick<FhirParts, 'owners' | 'settings'>): (base: string) => string {
  let made: { readonly head: string; readonly tail: string } | undefined;
  return (base) => {
    made ??= makeStatement([...owners.keys()].sort(), settings);
    return `${made.head}${JSON.stringify(base)}${made.tail}`;
  };
}

export function capabilities(statement: (base: string) => string, { request }: Ask): FhirResponse {
  const mode = parameter(request.query, 'mode') ?? 'full';
  if (mode !== 'full' && mode !== 'normative')
    throw refuse('not-supported', 'only the full CapabilityStatement is told', { expression: 'mode' });
  return answer(200, statement(request.base));
}

function makeStatement(types: readonly string[], settings: FhirParts['settings']): { head: string; tail: string } {
  const mark = '\u0000base';
  const text = JSON.stringify({
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: settings.releasedAt,
    publisher: settings.software.name,
    kind: 'instance',
    software: settings.software,
    implementation: { description: 'The FHIR API of this clinic', url: mark },
    fhirVersion: '4.0.1',
    format: ['json', 'application/fhir+json'],
    patchFormat: ['application/json-patch+json', 'application/fhir+json'],
    rest: [
      {
        mode: 'server',
        security: {
          cors: true,
          service: [
            {
              coding: [
                { system: 'http://terminology.hl7.org/CodeSystem/restful-security-service', code: 'SMART-on-FHIR' },
              ],
            },
          ],
          description: 'OAuth 2.0 as SMART App Launch describes it; see .well-known/smart-configuration.',
        },
        resource: types.map((type) => resourceOf(type, settings)),
        interaction: SYSTEM_INTERACTIONS.map((code) => ({ code })),
        operation: [VALIDATE],
        compartment: types
          .filter(isCompartment)
          .map((type) => `http://hl7.org/fhir/CompartmentDefinition/${type.toLowerCase()}`),
      },
    ],
  });
  const [head = '', tail = ''] = text.split(JSON.stringify(mark));
  return { head, tail };
}

function resourceOf(type: string, settings: FhirParts['settings']): unknown {
  const known = parametersFor(type);
  const parameters = parametersOf(type).filter(({ code }) => code.startsWith('_') || known.has(code));
  const references = parameters.filter((each) => each.type === 'reference').map(({ code }) => `${type}:${code}`);
  const everything = isCompartment(type) ? [everythingOf(type)] : [];
  return {
    type,
    interaction: TYPE_INTERACTIONS.map((code) => ({ code })),
    versioning: 'versioned-update',
    readHistory: true,
    updateCreate: true,
    conditionalCreate: true,
    conditionalRead: 'full-support',
    conditionalUpdate: true,
    conditionalDelete: 'single',
    referencePolicy: settings.integrity === 'on' ? ['literal', 'local', 'enforced'] : ['literal', 'local'],
    searchInclude: references.length === 0 ? ['*'] : ['*', ...references],
    searchParam: [...parameters.map((each) => ({ name: each.code, type: each.type })), ...COMMON_PARAMETERS],
    operation: [VALIDATE, META, ...OWN, ...everything],
  };
}

const everythingOf = (type: 'Patient' | 'Encounter') => ({
  name: 'everything',
  definition: `http://hl7.org/fhir/OperationDefinition/${EVERYTHING[type]}`,
});
