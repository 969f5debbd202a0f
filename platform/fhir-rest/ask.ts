// One request on its way through the interactions: what was asked, by whom, and how the answer is preferred.
import { authorText } from '@polyclinic/audit-trail';
import type { Subject } from '@polyclinic/kit';
import type { Key } from '@polyclinic/records';
import type { FhirRequest } from './exchange.ts';
import type { Preference } from './prefer.ts';
import type { Route } from './route.ts';

export interface Ask {
  readonly request: FhirRequest;
  readonly route: Route;
  readonly preference: Preference;
}

/** The key of a resource in the clinic the request runs in. */
export const keyOf = (subject: Subject, type: string, id: string): Key => ({ clinic: subject.clinic, type, id });

/** Who is written down as the author of a version. */
export const authorOf = ({ subject, address }: Pick<FhirRequest, 'subject' | 'address'>): string =>
  authorText({ who: subject.fhirUser ?? subject.id, client: subject.client, address: address ?? '' });
