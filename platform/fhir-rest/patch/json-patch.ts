// JSON Patch (RFC 6902) on a resource: http://hl7.org/fhir/R4/http.html#patch
import { refuse } from '@polyclinic/kit';
import jsonPatch, { type Operation } from 'fast-json-patch';
import { parseExactly, printExactly } from './exact-numbers.ts';

/** More operations than this are a new version of the resource rather than a patch of it. */
const MOST_OPERATIONS = 1_000;

/** Carries the operations out in order, all or none. @throws Refusal 400 on a malformed patch, 422 where it does not apply */
export function applyJsonPatch(resource: string, patch: string): string {
  const operations = readPatch(patch);
  try {
    return printExactly(jsonPatch.applyPatch(parseExactly(resource), operations, true, true, true).newDocument);
  } catch (problem) {
    // The library throws its own error for a patch that does not apply, and TypeError for a path into __proto__.
    if (problem instanceof jsonPatch.JsonPatchError)
      throw refuse('processing', `the patch does not apply: ${problem.name}, operation ${problem.index ?? '?'}`, {
        status: 422,
      });
    if (problem instanceof TypeError) throw refuse('processing', 'the patch does not apply', { status: 422 });
    throw problem;
  }
}

function readPatch(patch: string): Operation[] {
  let operations: unknown;
  try {
    operations = parseExactly(patch);
  } catch {
    throw refuse('structure', 'the patch is not JSON');
  }
  if (!Array.isArray(operations)) throw refuse('structure', 'a JSON Patch is a list of operations');
  if (operations.length > MOST_OPERATIONS)
    throw refuse('too-long', `a patch has at most ${MOST_OPERATIONS} operations`);
  for (const [at, operation] of operations.entries())
    if (!isOperation(operation))
      throw refuse('structure', `operation ${at} is not one of RFC 6902`, { expression: `[${at}]` });
  return operations as Operation[];
}

function isOperation(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { op, path, from } = value as { op?: unknown; path?: unknown; from?: unknown };
  if (typeof path !== 'string' || (path !== '' && !path.startsWith('/'))) return false;
  if (op === 'remove') return true;
  if (op === 'add' || op === 'replace' || op === 'test') return 'value' in value;
  return (op === 'move' || op === 'copy') && typeof from === 'string';
}
