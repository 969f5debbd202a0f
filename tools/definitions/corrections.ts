// Where the package departs from R4 4.0.1 (it carries some R5 elements and its own), checked against
// http://hl7.org/fhir/R4/. The tables say what R4 says.
import type { ElementDefinition } from './shapes.ts';

/** Resource definitions that are not R4 resource types. */
export const NOT_R4_TYPES: ReadonlySet<string> = new Set(['SubscriptionStatus', 'MetadataResource']);

const NOT_R4_ELEMENTS = [
  'Binary.url',
  'DeviceDefinition.bodySite',
  'DeviceDefinition.classification',
  'HealthcareService.offeredIn',
  'Meta.account',
  'Meta.accounts',
  'Meta.author',
  'Meta.compartment',
  'Meta.deleted',
  'Meta.onBehalfOf',
  'Meta.project',
  'ObservationDefinition.publisher',
  'ResearchStudy.associatedParty',
  'ResearchStudy.classifier',
  'ResearchStudy.comparisonGroup',
  'ResearchStudy.descriptionSummary',
  'ResearchStudy.label',
  'ResearchStudy.name',
  'ResearchStudy.objective.description',
  'ResearchStudy.outcomeMeasure',
  'ResearchStudy.progressStatus',
  'ResearchStudy.recruitment',
  'ResearchStudy.region',
  'ResearchStudy.result',
  'ResearchStudy.studyDesign',
  'ResearchStudy.whyStopped',
];

/** Invariants that speak of elements R4 does not have. */
export const NOT_R4_INVARIANTS: ReadonlySet<string> = new Set(['evv-1']);

/** Reference targets that R4 does not name. */
const NOT_R4_TARGETS: Readonly<Record<string, readonly string[]>> = {
  'AuditEvent.agent.who': ['Bot', 'ClientApplication'],
  'AuditEvent.source.observer': ['Bot', 'ClientApplication', 'Subscription'],
};

/** The targets of a reference as R4 has them. */
export function correctTargets(path: string, targets: readonly string[]): string[] {
  return targets.filter((target) => !NOT_R4_TARGETS[path]?.includes(target));
}

/** The R4 elements of EvidenceVariable.characteristic, which the package gives as in R5. */
const CHARACTERISTIC: readonly ElementDefinition[] = [
  { path: 'description', min: 0, max: '1', type: [{ code: 'string' }] },
  {
    path: 'definition[x]',
    min: 1,
    max: '1',
    isSummary: true,
    type: [
      { code: 'Reference', targetProfile: ['http://hl7.org/fhir/StructureDefinition/Group'] },
      { code: 'canonical', targetProfile: ['http://hl7.org/fhir/StructureDefinition/ActivityDefinition'] },
      { code: 'CodeableConcept' },
      { code: 'Expression' },
      { code: 'DataRequirement' },
      { code: 'TriggerDefinition' },
    ],
  },
  { path: 'usageContext', min: 0, max: '*', type: [{ code: 'UsageContext' }] },
  { path: 'exclude', min: 0, max: '1', type: [{ code: 'boolean' }] },
  {
    path: 'participantEffective[x]',
    min: 0,
    max: '1',
    type: [{ code: 'dateTime' }, { code: 'Period' }, { code: 'Duration' }, { code: 'Timing' }],
  },
  { path: 'timeFromStart', min: 0, max: '1', type: [{ code: 'Duration' }] },
  {
    path: 'groupMeasure',
    min: 0,
    max: '1',
    type: [{ code: 'code' }],
    binding: { strength: 'required', valueSet: 'http://hl7.org/fhir/ValueSet/group-measure' },
  },
];

const INHERITED = /\.(id|extension|modifierExtension)$/;

/** The elements of a definition as R4 has them. */
export function correctElements(elements: readonly ElementDefinition[]): ElementDefinition[] {
  const kept = elements.filter(
    ({ path }) => !NOT_R4_ELEMENTS.some((wrong) => path === wrong || path.startsWith(`${wrong}.`)),
  );
  if (kept[0]?.path !== 'EvidenceVariable') return kept;
  const root = 'EvidenceVariable.characteristic.';
  const characteristic = kept.filter(
    ({ path }) => path.startsWith(root) && INHERITED.test(path) && path.split('.').length === 3,
  );
  return [
    ...kept.filter(({ path }) => !path.startsWith(root)),
    ...characteristic,
    ...CHARACTERISTIC.map((element) => ({ ...element, path: root + element.path })),
  ];
}
