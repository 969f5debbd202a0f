// Replaces what only means something inside a Bundle by what it became here: http://hl7.org/fhir/R4/http.html#trules
// Works on the text, so that everything else of a resource stays exactly as it was sent.
import { refuse } from '@polyclinic/kit';
import { readConditional } from '../links.ts';

// A reference; or a urn that may stand for an entry, wherever it is; or a link in the narrative.
const LINK = /("reference"\s*:\s*")((?:[^"\\]|\\.)*)"|urn:(?:uuid|oid):[0-9A-Za-z.-]+|((?:href|src)=\\")([^"\\]*)\\"/g;

export interface LinkTargets {
  /** What a fullUrl of the Bundle became, as `Type/id`. */
  readonly byFullUrl: ReadonlyMap<string, string>;
  /** What a conditional reference found, as `Type/id`. */
  readonly byCondition: ReadonlyMap<string, string>;
}

/** The conditional references in a resource's text, as they stand there. */
export function conditionalReferences(resource: string): string[] {
  const found: string[] = [];
  if (!resource.includes('?')) return found;
  for (const match of resource.matchAll(LINK)) {
    const reference = match[2];
    if (reference === undefined || !reference.includes('?')) continue;
    const plain = unescaped(reference);
    if (readConditional(plain) !== null) found.push(plain);
  }
  return found;
}

/**
 * The resource with every link into the Bundle and every conditional reference resolved.
 * @param root what the entry's fullUrl starts with (`http://host/fhir`), for its relative references; null for a urn
 * @throws Refusal 400 for a urn reference that no entry answers
 */
export function rewriteLinks(resource: string, targets: LinkTargets, root: string | null): string {
  return resource.replace(
    LINK,
    (whole: string, lead?: string, reference?: string, attribute?: string, link?: string) => {
      if (lead !== undefined && reference !== undefined) {
        const became = resolve(unescaped(reference), targets, root);
        return became === null ? whole : `${lead}${became}"`;
      }
      if (attribute !== undefined && link !== undefined) {
        const became = targets.byFullUrl.get(link);
        return became === undefined ? whole : `${attribute}${became}\\"`;
      }
      return targets.byFullUrl.get(whole) ?? whole;
    },
  );
}

function resolve(reference: string, targets: LinkTargets, root: string | null): string | null {
  const hash = reference.indexOf('#');
  const target = hash > 0 ? reference.slice(0, hash) : reference;
  const became =
    targets.byFullUrl.get(target) ?? (root === null ? undefined : targets.byFullUrl.get(`${root}/${target}`));
  if (became !== undefined) return hash > 0 ? became + reference.slice(hash) : became;
  if (target.startsWith('urn:uuid:') || target.startsWith('urn:oid:'))
    throw refuse('not-found', 'a reference points to an entry that is not in the Bundle', { status: 400 });
  return targets.byCondition.get(reference) ?? null;
}

/** `http://host/fhir` of `http://host/fhir/Patient/1`; null for a urn or anything else. */
export function rootOf(fullUrl: string | null): string | null {
  return fullUrl === null
    ? null
    : (/^(https?:\/\/.*)\/[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/.exec(fullUrl)?.[1] ?? null);
}

const unescaped = (text: string): string => (text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text);
