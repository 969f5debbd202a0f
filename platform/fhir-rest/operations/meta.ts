// $meta: the profiles, tags and security labels of a resource. http://hl7.org/fhir/R4/resource-operation-meta.html
import { visibilityFor } from '../access.ts';
import { answer } from '../answer.ts';
import { type Ask, keyOf } from '../ask.ts';
import type { FhirResponse } from '../exchange.ts';
import { existing } from '../interactions/read.ts';
import { membersOf } from '../json/members.ts';
import type { FhirParts } from '../parts.ts';

export async function meta(parts: FhirParts, { request, route }: Ask): Promise<FhirResponse> {
  const visibility = visibilityFor(request.subject, 'read', route.type);
  const [version] = await parts.records.read([keyOf(request.subject, route.type, route.id)], visibility);
  const content = existing(version ?? null).content ?? '';
  const member = membersOf(content, 0).find(({ name }) => name === 'meta');
  const value = member === undefined ? '{}' : content.slice(member.start, member.end);
  return answer(200, `{"resourceType":"Parameters","parameter":[{"name":"return","valueMeta":${value}}]}`);
}
