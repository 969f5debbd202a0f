// Invariants whose FHIRPath looks at the whole resource once per element: on a large hostile resource that would take
// minutes. Here each is judged in one pass.
import type { Fields } from './fields.ts';
import { report, type Walk } from './walk.ts';

type Rule = (walk: Walk, value: Fields) => void;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

/** obs-7: a component must not repeat the Observation's code when the Observation has a value itself. */
const observation: Rule = (walk, value) => {
  const components = listOf(value['component']);
  if (components.length === 0) return;
  const hasValue = Object.keys(value).some((name) => /^_?value[A-Z]/.test(name));
  if (!hasValue) return;
  const own = new Set(listOf(fieldsOf(value['code'])['coding']).map(sameText));
  const repeats = components.some((component) =>
    listOf(fieldsOf(fieldsOf(component)['code'])['coding']).some((coding) => own.has(sameText(coding))),
  );
  if (repeats) report(walk, 'invariant', 'has a component with the code of the Observation itself (obs-7).');
};

/** The same text for equal values, whatever the order of their properties. */
function sameText(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/** ig-2: a resource is for a version the guide is for. */
const guide: Rule = (walk, value) => {
  const versions = new Set(listOf(value['fhirVersion']));
  const resources = listOf(fieldsOf(value['definition'])['resource']);
  if (
    !resources.every((resource) => listOf(fieldsOf(resource)['fhirVersion']).every((version) => versions.has(version)))
  )
    report(walk, 'invariant', 'has a resource for a FHIR version that the guide is not for (ig-2).');
};

/** ig-1: a resource is in a group that exists. */
const guideDefinition: Rule = (walk, value) => {
  const groups = new Set(listOf(value['grouping']).map((group) => fieldsOf(group)['id']));
  const grouped = listOf(value['resource']).map((resource) => fieldsOf(resource)['groupingId']);
  if (!grouped.every((group) => group === undefined || groups.has(group)))
    report(walk, 'invariant', 'has a resource in a group that is not there (ig-1).');
};

const pathsOf = (elements: unknown): string[] =>
  listOf(elements).map((element) => String(fieldsOf(element)['path'] ?? ''));

/** sdf-8: a snapshot describes its type and what is inside it. */
const snapshot: Rule = (walk, value) => {
  const { kind, type } = walk.scope.resource;
  const [first = '', ...others] = pathsOf(value['element']);
  if ((kind !== 'logical' && first !== type) || !others.every((path) => path.startsWith(`${first}.`)))
    report(walk, 'invariant', 'must begin with the type and stay inside it (sdf-8).');
};

/** sdf-8a: so does a differential, which may begin further inside. */
const differential: Rule = (walk, value) => {
  const { kind, type } = walk.scope.resource;
  const [first = '', ...others] = pathsOf(value['element']);
  const root = `${first.replace(/\..*/s, '')}.`;
  if ((kind !== 'logical' && !first.startsWith(String(type))) || !others.every((path) => path.startsWith(root)))
    report(walk, 'invariant', 'must begin with the type and stay inside it (sdf-8a).');
};

/** Rules by the type or backbone element they belong to. */
export const LINEAR_RULES: ReadonlyMap<string, Rule> = new Map([
  ['Observation', observation],
  ['ImplementationGuide', guide],
  ['ImplementationGuide.definition', guideDefinition],
  ['StructureDefinition.snapshot', snapshot],
  ['StructureDefinition.differential', differential],
]);

/** Their keys, which the general machinery leaves out. */
export const LINEAR_KEYS: ReadonlySet<string> = new Set(['obs-7', 'ig-1', 'ig-2', 'sdf-8', 'sdf-8a']);
