// $validate: judges a resource without storing it. http://hl7.org/fhir/R4/resource-operation-validate.html
import { compileValidator, parseResource } from '@polyclinic/fhir';
import { type Issue, Refusal, refuse } from '@polyclinic/kit';
import { mayDo } from '../access.ts';
import { answer } from '../answer.ts';
import { type Ask, keyOf } from '../ask.ts';
import type { FhirResponse } from '../exchange.ts';
import { checkUnreferenced } from '../integrity.ts';
import { itemsOf, membersOf } from '../json/members.ts';
import { topLevelText } from '../json/top-level.ts';
import { checkContentType } from '../negotiate.ts';
import { ALL_OK, outcomeText } from '../outcome.ts';
import { parameter } from '../parameters.ts';
import type { FhirParts } from '../parts.ts';

const MODES = new Set(['create', 'update', 'delete', 'profile']);
const LONGEST = 64_000_000;

/** The answer is 200 with an OperationOutcome, whether the resource is valid or not. */
export async function validateOperation(parts: FhirParts, { request, route }: Ask): Promise<FhirResponse> {
  const given = readInput(request.body, request.headers['content-type']);
  const mode = parameter(request.query, 'mode') ?? given.mode;
  const profile = parameter(request.query, 'profile') ?? given.profile;
  if (mode !== null && !MODES.has(mode))
    throw refuse('value', 'mode is create, update, delete or profile', { expression: 'mode', status: 400 });
  const right = mode === 'update' || mode === 'delete' ? mode : 'create';
  if (route.type !== '' && !mayDo(request.subject, right, route.type) && !mayDo(request.subject, 'read', route.type))
    throw refuse('forbidden', `you may not validate ${route.type} resources`);
  if (mode === 'delete') {
    if (route.id === '')
      throw refuse('required', 'mode delete asks about one resource', { expression: 'mode', status: 400 });
    return outcome(
      await refusalsOf(() =>
        checkUnreferenced(parts, parts.records, keyOf(request.subject, route.type, route.id), request.subject),
      ),
    );
  }
  const { resource } = given;
  if (resource === null)
    throw refuse('required', 'there is no resource to validate', { expression: 'resource', status: 400 });
  const issues = await refusalsOf(async () => {
    const parsed = parseResource(
      resource,
      route.type === '' ? { longest: LONGEST } : { longest: LONGEST, type: route.type },
    ).resource;
    const found = compileValidator(parsed.resourceType)(parsed, { warnings: true });
    const unlike = mode === 'update' && route.id !== '' && parsed.id !== route.id;
    const id: Issue[] = unlike
      ? [
          {
            severity: 'error',
            code: 'value',
            diagnostics: 'the id must be the one in the URL',
            expression: [`${parsed.resourceType}.id`],
          },
        ]
      : [];
    const all = [...found, ...id];
    if (all.length > 0) throw new Refusal(all);
  });
  if (profile !== null)
    issues.push({
      severity: 'warning',
      code: 'not-supported',
      diagnostics: 'judged by the base definition, not by the profile',
      expression: ['profile'],
    });
  return outcome(issues);
}

const outcome = (issues: readonly Issue[]): FhirResponse =>
  answer(200, issues.length === 0 ? ALL_OK : outcomeText(issues));

async function refusalsOf(work: () => Promise<void>): Promise<Issue[]> {
  try {
    await work();
    return [];
  } catch (thrown) {
    if (thrown instanceof Refusal) return [...thrown.issues];
    throw thrown;
  }
}

interface Input {
  readonly resource: string | null;
  readonly mode: string | null;
  readonly profile: string | null;
}

/** The body is the resource itself, or Parameters that carry it. */
function readInput(body: string, contentType: string | undefined): Input {
  if (body === '') return { resource: null, mode: null, profile: null };
  checkContentType(contentType);
  let type: string | null;
  try {
    type = topLevelText(body, 'resourceType');
  } catch (thrown) {
    // What is no JSON is told as the outcome of the validation.
    if (thrown instanceof Refusal) return { resource: body, mode: null, profile: null };
    throw thrown;
  }
  if (type !== 'Parameters') return { resource: body, mode: null, profile: null };
  let input: Input = { resource: null, mode: null, profile: null };
  const list = membersOf(body, 0).find(({ name }) => name === 'parameter');
  for (const start of list === undefined ? [] : itemsOf(body, list.start)) {
    const members = new Map(
      membersOf(body, start).map((member) => [member.name, body.slice(member.start, member.end)]),
    );
    const name = members.get('name');
    if (name === '"resource"') input = { ...input, resource: members.get('resource') ?? null };
    if (name === '"mode"') input = { ...input, mode: plain(members.get('valueCode')) };
    if (name === '"profile"') input = { ...input, profile: plain(members.get('valueUri')) };
  }
  return input;
}

const plain = (value: string | undefined): string | null =>
  value === undefined || !value.startsWith('"') ? null : (JSON.parse(value) as string);
