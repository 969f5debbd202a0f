// A resource as it comes in: scanned, parsed, known to be of an R4 type, not yet validated.
import { type Issue, refuse } from '@polyclinic/kit';
import { isResourceType } from './definitions.ts';
import { type Scan, scanJson } from './json/scan.ts';

/** What every resource has, whatever its type. */
export interface Resource {
  readonly resourceType: string;
  readonly id?: string;
  readonly meta?: { readonly versionId?: string; readonly lastUpdated?: string; readonly [more: string]: unknown };
  readonly [element: string]: unknown;
}

export interface ParseOptions {
  /** The longest text taken, in characters. */
  readonly longest: number;
  /** The type the URL speaks of; any when absent. */
  readonly type?: string;
}

export interface ParsedResource {
  readonly resource: Resource;
  readonly scan: Scan;
}

/** @throws Refusal when the text is too long, not JSON, or not a resource of the expected type. */
export function parseResource(text: string, options: ParseOptions): ParsedResource {
  if (text.length > options.longest)
    throw refuse('too-long', `The body is longer than ${options.longest} characters.`, { status: 413 });
  const scan = scanJson(text);
  const resource = JSON.parse(text) as Resource;
  const type: unknown = resource.resourceType;
  if (typeof type !== 'string')
    throw refuse('structure', 'resourceType is missing.', { expression: 'Resource.resourceType', status: 400 });
  if (!isResourceType(type))
    throw refuse('structure', 'resourceType is not a resource type of FHIR R4.', {
      expression: 'Resource.resourceType',
      status: 400,
    });
  if (options.type !== undefined && options.type !== type)
    throw refuse('invalid', `A ${options.type} was expected.`, { expression: 'Resource.resourceType', status: 400 });
  return { resource, scan };
}

/** The issues as FHIR says them: http://hl7.org/fhir/R4/operationoutcome.html */
export interface OperationOutcome {
  readonly resourceType: 'OperationOutcome';
  readonly issue: readonly Issue[];
}

/** @param issues none means that all is well, which FHIR says with one informational issue. */
export function toOperationOutcome(issues: readonly Issue[]): OperationOutcome {
  if (issues.length > 0) return { resourceType: 'OperationOutcome', issue: issues };
  return {
    resourceType: 'OperationOutcome',
    issue: [{ severity: 'information', code: 'informational', diagnostics: 'All OK' }],
  };
}
