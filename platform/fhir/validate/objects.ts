// Objects, compiled once per type: known properties, cardinality, choices, rules. Spec: http://hl7.org/fhir/R4/json.html
import { structureOf } from '../definitions.ts';
import { elementsOf, invariantsOf } from '../elements.ts';
import { choiceProperty } from '../path/index.ts';
import { type Check, type Checks, compileField, type FieldCheck, type Fields, isRecord } from './fields.ts';
import { leave } from './invariants.ts';
import { has, NATIVE_KEYS, NATIVE_RULES } from './native-rules.ts';
import { report, type Walk } from './walk.ts';

interface Property {
  readonly check: FieldCheck;
  /** The choice it belongs to: only one property of a choice may be there. */
  readonly choice: Choice | null;
}

interface Choice {
  readonly name: string;
  readonly properties: readonly string[];
  readonly bit: number;
}

interface Required {
  readonly name: string;
  readonly properties: readonly string[];
}

/** Compiles the check of a complex type, backbone element or resource type. */
export function compileObject(type: string, isResource: boolean, checks: Checks): Check {
  const properties = new Map<string, Property>();
  const required: Required[] = [];
  let choices = 0;
  for (const [name, shape] of elementsOf(type)) {
    const types = shape.choice ?? [shape.type ?? ''];
    const names = shape.choice === undefined ? [name] : types.map((option) => choiceProperty(name, option));
    const choice = shape.choice === undefined ? null : { name, properties: names, bit: 1 << choices };
    if (choice !== null) choices += 1;
    if (choices > 31) throw new Error(`${type} has more choices than bits`);
    types.forEach((option, index) => {
      const property = names[index] ?? name;
      const { field, sibling } = compileField(property, option, shape, checks);
      properties.set(property, { check: field, choice });
      if (sibling !== null) properties.set(`_${property}`, { check: sibling, choice });
    });
    if (shape.min !== undefined) required.push({ name: choice === null ? name : `${name}[x]`, properties: names });
  }
  const invariants = invariantsOf(type).filter(({ key }) => !NATIVE_KEYS.has(key));
  const rules = inherited(type);

  return (walk, value) => {
    if (!isRecord(value)) {
      report(walk, 'structure', Array.isArray(value) ? 'must be an object, not an array.' : 'must be an object.');
      return;
    }
    let members = 0;
    let chosen = 0;
    const { path } = walk;
    for (const key in value) {
      const property = properties.get(key);
      if (property === undefined) {
        if (!(isResource && key === 'resourceType')) report(walk, 'structure', 'is not an element of FHIR R4.', key);
        continue;
      }
      if (key !== 'id') members += 1;
      const { choice } = property;
      if (choice !== null) {
        if ((chosen & choice.bit) !== 0) checkChoice(walk, value, choice, key);
        chosen |= choice.bit;
      }
      path.push(key);
      property.check(walk, value[key], value);
      path.pop();
    }
    if (members === 0 && !isResource) report(walk, 'structure', 'must not be empty (ele-1).');
    for (const one of required)
      if (!one.properties.some((property) => has(value, property)))
        report(walk, 'required', 'is required.', one.name.replace('[x]', ''));
    for (const rule of rules) rule(walk, value);
    if (invariants.length > 0) leave(walk, invariants, value, type);
  };
}

/** Two properties of a choice are one too many, a value and its own `_name` sibling are not. */
function checkChoice(walk: Walk, value: Fields, choice: Choice, key: string): void {
  const present = choice.properties.filter((property) => has(value, property));
  if (present.length > 1 && !key.startsWith('_'))
    report(walk, 'structure', `may not stand beside another ${choice.name}[x].`, key);
}

/** The native rules of a type and of those it specialises: an Age is a Quantity. */
function inherited(type: string): ((walk: Walk, value: Fields) => void)[] {
  return lineage(type).flatMap((name) => NATIVE_RULES.get(name) ?? []);
}

function lineage(type: string): string[] {
  const base = structureOf(type)?.base;
  return [...(base === undefined ? [] : lineage(base)), type];
}
