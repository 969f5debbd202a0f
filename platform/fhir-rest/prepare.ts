// Makes a received resource ready to be written: read, judged, indexed, and cut around its version.
import { compileValidator, parseResource, spliceIdentity } from '@polyclinic/fhir';
import { compileExtractor, type Extractor, type IndexEntries } from '@polyclinic/fhir/search';
import { Refusal, refuse } from '@polyclinic/kit';
import type { Visibility, WriteItem } from '@polyclinic/records';
import { checkCompartment } from './access.ts';

/** A Binary of 20 MB is 27 million characters; whatever the HTTP door lets through fits. */
const LONGEST = 64_000_000;

export interface Expected {
  readonly type: string;
  readonly id: string;
  /** Whether the text must carry this id (update), or whatever it carries gives way (create). */
  readonly ownId: 'required' | 'replaced';
}

export interface Prepared {
  readonly body: NonNullable<WriteItem['body']>;
  readonly index: IndexEntries;
  /** The resource, parsed. */
  readonly resource: unknown;
}

const extractors = new Map<string, Extractor>();

function extractorOf(type: string): Extractor {
  const known = extractors.get(type);
  if (known !== undefined) return known;
  const made = compileExtractor(type);
  extractors.set(type, made);
  return made;
}

/** @throws Refusal naming the element that is wrong, or `forbidden` outside the writer's compartment */
export function prepareResource(text: string, { type, id, ownId }: Expected, visibility: Visibility): Prepared {
  const { resource, scan } = parseResource(text, { longest: LONGEST, type });
  if (ownId === 'required' && resource.id !== id)
    throw refuse('value', 'the id in the resource must be the one in the URL', {
      expression: `${type}.id`,
      status: 400,
    });
  const issues = compileValidator(type)(resource);
  if (issues.length > 0) throw new Refusal(issues, statusOf(issues));
  const index = extractorOf(type)(resource, id);
  checkCompartment(index.patients, type, id, visibility);
  return { body: spliceIdentity(text, scan.resource, id), index, resource };
}

/** 400 for what is no FHIR at all, 422 for FHIR that breaks a rule: http://hl7.org/fhir/R4/http.html#create */
const statusOf = (issues: readonly { readonly code: string }[]): number =>
  issues.some(({ code }) => code === 'structure' || code === 'invalid') ? 400 : 422;
