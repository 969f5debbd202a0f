// $changes: who changed a resource, when, and each field before and after. Newest first, page by page like _history.
import { readAuthor } from '@polyclinic/audit-trail';
import type { Version } from '@polyclinic/records';
import { visibilityFor } from '../access.ts';
import { answer } from '../answer.ts';
import type { Ask } from '../ask.ts';
import type { FhirResponse } from '../exchange.ts';
import { countOf } from '../interactions/count.ts';
import { existing } from '../interactions/read.ts';
import { differences } from '../json/differences.ts';
import type { FhirParts } from '../parts.ts';

/** Each change is compared with the one before it. */
const MOST = 100;

export async function changes(parts: FhirParts, { request, route }: Ask): Promise<FhirResponse> {
  const visibility = visibilityFor(request.subject, 'history-instance', route.type);
  const asked = new URLSearchParams(request.query);
  const count = Math.min(Math.max(countOf(asked.get('_count')), 1), MOST);
  const cursor = asked.get('_cursor');
  const page = await parts.records.history(
    { types: [route.type], id: route.id, since: null, at: null, count, cursor },
    visibility,
  );
  const oldest = page.versions.at(-1);
  if (oldest === undefined && cursor === null) existing(null);
  const before =
    oldest === undefined || oldest.version === 1
      ? null
      : await parts.records.readVersion(oldest, oldest.version - 1, visibility);
  const parameters = page.versions.map((version, at) => changeOf(version, page.versions[at + 1] ?? before));
  if (page.next !== null) parameters.push({ name: 'next', valueString: page.next });
  return answer(200, JSON.stringify({ resourceType: 'Parameters', parameter: parameters }));
}

interface Parameter {
  readonly name: string;
  readonly [value: `value${string}`]: unknown;
  readonly part?: readonly Parameter[];
}

function changeOf(version: Version, before: Version | null): Parameter {
  const { who, client } = readAuthor(version.author);
  const fields = version.content === null ? [] : differences(version.type, before?.content ?? null, version.content);
  return {
    name: 'change',
    part: [
      { name: 'version', valueInteger: version.version },
      { name: 'operation', valueCode: version.operation },
      { name: 'at', valueInstant: version.at },
      /^[A-Z][A-Za-z]+\//.test(who)
        ? { name: 'who', valueReference: { reference: who } }
        : { name: 'who', valueString: who },
      ...(client === '' ? [] : [{ name: 'through', valueString: client }]),
      ...fields.map(({ path, before: old, after }) => ({
        name: 'field',
        part: [
          { name: 'path', valueString: path },
          ...(old === null ? [] : [{ name: 'before', valueString: old }]),
          ...(after === null ? [] : [{ name: 'after', valueString: after }]),
        ],
      })),
    ],
  };
}
