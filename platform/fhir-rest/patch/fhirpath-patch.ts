// FHIRPath Patch: a Parameters resource that adds, inserts, deletes, replaces and moves. http://hl7.org/fhir/R4/fhirpatch.html
import { refuse } from '@polyclinic/kit';
import fhirpath from 'fhirpath';
import r4 from 'fhirpath/fhir-context/r4/index.js';
import { parseExactly, plainNumber, printExactly } from './exact-numbers.ts';
import { type Operation, readOperations } from './fhirpath-operations.ts';

type Tree = Record<string, unknown>;
/** Whether an element of a FHIR type (`Patient`, `Patient.contact`) repeats. */
export type Repeats = (path: string, name: string) => boolean;

/** Carries the operations out in order, all or none. @throws Refusal 400 on a malformed patch, 422 where it does not apply */
export function applyFhirPathPatch(resource: string, patch: string, repeats: Repeats): string {
  const tree = parseExactly(resource) as Tree;
  for (const [at, operation] of readOperations(patch).entries()) apply(tree, operation, at, repeats);
  return printExactly(tree);
}

/** Where an element stands: `holder[name]`, or `holder[name][index]` in a list. */
interface Place {
  readonly holder: Tree;
  readonly name: string;
  readonly index: number | null;
}

function apply(tree: Tree, operation: Operation, at: number, repeats: Repeats): void {
  const fails = (why: string) => refuse('processing', `operation ${at} does not apply: ${why}`, { status: 422 });
  const found = find(tree, operation.path, fails);
  if (operation.type === 'delete') {
    if (found.length > 1) throw fails('its path finds more than one element');
    if (found[0] !== undefined) remove(placeOf(tree, found[0], fails));
    return;
  }
  if (operation.type === 'insert' || operation.type === 'move') {
    reorder(tree, operation, found, fails);
    return;
  }
  const [target] = found;
  if (target === undefined || found.length > 1) throw fails(`its path finds ${found.length} elements instead of one`);
  if (operation.type === 'replace') replace(placeOf(tree, target, fails), target, operation, fails);
  else add(elementAt(tree, stepsTo(tree, target)), target.path ?? '', operation, repeats, fails);
}

interface Node {
  readonly parentResNode: Node | null;
  readonly path: string | null;
  readonly propName?: string | null | undefined;
  readonly index?: number | null | undefined;
}
type Fails = (why: string) => Error;

/** FHIRPath sees plain numbers; the tree that is changed keeps their digits. Both have the same shape. */
function find(tree: Tree, path: string, fails: Fails): readonly Node[] {
  checkModest(path, fails);
  const plain = JSON.parse(JSON.stringify(tree, (_key, value: unknown) => plainNumber(value))) as Tree;
  let found: unknown[];
  try {
    found = fhirpath.evaluate(plain, path, {}, MODEL, { resolveInternalTypes: false, async: false }) as unknown[];
  } catch {
    throw fails('its path is no FHIRPath this server can evaluate');
  }
  return found.map((node) => {
    if (typeof node !== 'object' || node === null || !('parentResNode' in node))
      throw fails('its path finds no element');
    return node as Node;
  });
}

/** What a patch needs to name an element. Others (matches, repeat) could keep the server busy for minutes. */
const FUNCTIONS = new Set(
  'where first last single skip take tail extension ofType as is exists empty not all any count'.split(' '),
);
const LONGEST_PATH = 1_000;

function checkModest(path: string, fails: Fails): void {
  if (path.length > LONGEST_PATH) throw fails('its path is too long');
  const withoutText = path.replace(/'(?:[^'\\]|\\.)*'|`[^`]*`/g, "''");
  for (const [, name = ''] of withoutText.matchAll(/([A-Za-z_]\w*)\s*\(/g))
    if (!FUNCTIONS.has(name) && !OPERATORS.has(name)) throw fails('its path uses a function that patches may not');
}

/** Words that may stand before a parenthesis without being functions. */
const OPERATORS = new Set(['and', 'or', 'xor', 'implies', 'in', 'contains', 'div', 'mod']);

/** The names and positions from the resource down to the node, as they stand in its JSON. */
function stepsTo(tree: Tree, node: Node): (string | number)[] {
  const { parentResNode: parent, propName, index } = node;
  if (parent === null) return [];
  const steps = stepsTo(tree, parent);
  if (typeof propName === 'string') steps.push(memberName(elementAt(tree, steps), parent.path ?? '', propName));
  if (typeof index === 'number') steps.push(index);
  return steps;
}

/** FHIRPath says `value` where the JSON says `valueQuantity`. */
function memberName(holder: Tree, type: string, name: string): string {
  const suffixes = holder[name] === undefined ? CHOICES[`${type}.${name}`] : undefined;
  return suffixes?.map((suffix) => name + suffix).find((member) => holder[member] !== undefined) ?? name;
}

function elementAt(tree: Tree, steps: readonly (string | number)[]): Tree {
  let value: unknown = tree;
  for (const step of steps) value = (value as Record<string | number, unknown>)[step];
  return value as Tree;
}

function placeOf(tree: Tree, node: Node, fails: Fails): Place {
  const steps = stepsTo(tree, node);
  const last = steps.pop();
  if (last === undefined) throw fails('its path finds the resource itself');
  const index = typeof last === 'number' ? last : null;
  const name = String(index === null ? last : steps.pop());
  return { holder: elementAt(tree, steps), name, index };
}

function remove({ holder, name, index }: Place): void {
  const shadow = `_${name}`;
  if (index === null) {
    delete holder[name];
    delete holder[shadow];
    return;
  }
  for (const key of [name, shadow]) {
    const list = holder[key];
    if (!Array.isArray(list)) continue;
    list.splice(index, 1);
    if (list.length === 0) delete holder[key];
  }
}

function replace({ holder, name, index }: Place, target: Node, operation: Operation, fails: Fails): void {
  const { value } = operation;
  if (value === undefined) throw fails('it has no value');
  if (index !== null) {
    (holder[name] as unknown[])[index] = value.content;
    return;
  }
  // The suffix of a choice follows its value: `valueQuantity` replaced by a string is `valueString`.
  const choice = CHOICES[`${target.parentResNode?.path}.${target.propName}`];
  const named = choice !== undefined && value.type !== null ? `${target.propName}${value.type}` : name;
  delete holder[name];
  delete holder[`_${name}`];
  holder[named] = value.content;
}

const MODEL = r4 as Parameters<typeof fhirpath.evaluate>[3];
const CHOICES: Readonly<Record<string, readonly string[]>> = r4.choiceTypePaths;

function add(holder: Tree, path: string, operation: Operation, repeats: Repeats, fails: Fails): void {
  const { name, value } = operation;
  if (name === undefined || value === undefined) throw fails('it needs a name and a value');
  const named = CHOICES[`${path}.${name}`] !== undefined && value.type !== null ? name + value.type : name;
  const there = holder[named];
  if (Array.isArray(there)) there.push(value.content);
  else if (there !== undefined) throw fails('the element is there already and does not repeat');
  else holder[named] = repeats(path, name) ? [value.content] : value.content;
}

function reorder(tree: Tree, operation: Operation, found: readonly Node[], fails: Fails): void {
  const [first] = found;
  if (first === undefined) throw fails('its path finds no list');
  const { holder, name } = placeOf(tree, first, fails);
  const list = holder[name];
  if (!Array.isArray(list)) throw fails('its path finds no list');
  if (operation.type === 'insert') {
    const { index = -1, value } = operation;
    if (value === undefined || index < 0 || index > list.length)
      throw fails('it needs a value and an index in the list');
    list.splice(index, 0, value.content);
    return;
  }
  const { source = -1, destination = -1 } = operation;
  if (source < 0 || source >= list.length || destination < 0 || destination >= list.length)
    throw fails('source and destination must be positions in the list');
  const [moved] = list.splice(source, 1);
  list.splice(destination, 0, moved);
}
