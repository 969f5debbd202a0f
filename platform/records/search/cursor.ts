// The place in a walk through a result, as the opaque text of a `next` or `previous` link. It holds the sort values of the
// row it stands beside, not the row, so it survives that row's update or deletion; and it is signed together with
// the query and the eyes it was made for, so that it opens nothing else.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { SearchQuery } from '@polyclinic/fhir/search';
import { refuse } from '@polyclinic/kit';
import type { Visibility } from '../types.ts';

export interface Cursor {
  /** Whether the page lies after or before the place. */
  readonly towards: 'next' | 'previous';
  /** When the walk began, where the order needs it (`_lastUpdated`). */
  readonly since: string | null;
  /** The sort values of the row beside the place, as text; null for a missing value. */
  readonly keys: readonly (string | null)[];
}

const SIGNATURE_BYTES = 16;

/** What a cursor belongs to: the same search, whatever the page size, seen with the same eyes. */
function belonging(query: SearchQuery, visibility: Visibility): string {
  return JSON.stringify(
    [query.types, query.criteria, query.compartment, query.sort, visibility.clinic, visibility.patients],
    (name, value) => {
      if (name === 'targets') return undefined;
      // "Approximately" is reckoned from the present moment, which moves between two pages.
      if (value?.prefix === 'ap') return 'ap';
      return value;
    },
  );
}

function sign(secret: string, payload: string, query: SearchQuery, visibility: Visibility): Buffer {
  return createHmac('sha256', secret)
    .update(payload)
    .update('\n')
    .update(belonging(query, visibility))
    .digest()
    .subarray(0, SIGNATURE_BYTES);
}

/** The text of a cursor. */
export function writeCursor(secret: string, cursor: Cursor, query: SearchQuery, visibility: Visibility): string {
  const payload = JSON.stringify([cursor.towards === 'next' ? 1 : 0, cursor.since, ...cursor.keys]);
  return Buffer.concat([sign(secret, payload, query, visibility), Buffer.from(payload)]).toString('base64url');
}

/** @throws Refusal (400) for a cursor that was changed, or belongs to another search or another user's view. */
export function readCursor(secret: string, text: string, query: SearchQuery, visibility: Visibility): Cursor {
  const bytes = Buffer.from(text, 'base64url');
  const payload = bytes.subarray(SIGNATURE_BYTES).toString();
  const signature = bytes.subarray(0, SIGNATURE_BYTES);
  const strange = bytes.length <= SIGNATURE_BYTES || bytes.toString('base64url') !== text;
  if (strange || !timingSafeEqual(signature, sign(secret, payload, query, visibility)))
    throw refuse('invalid', 'This page link is damaged or belongs to another search', { status: 400 });
  const [towards, since, ...keys] = JSON.parse(payload) as [0 | 1, string | null, ...(string | null)[]];
  return { towards: towards === 1 ? 'next' : 'previous', since, keys };
}
