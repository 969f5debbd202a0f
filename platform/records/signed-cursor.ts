// The text of a place in a walk: opaque and signed, so that nobody can make one up to ask the database odd questions.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { refuse } from '@polyclinic/kit';

const SIGNATURE_BYTES = 16;

function signature(secret: string, payload: string, belongsTo: string): Buffer {
  return createHmac('sha256', secret).update(`${payload}\n${belongsTo}`).digest().subarray(0, SIGNATURE_BYTES);
}

/** @param belongsTo what the walk is over and for whose eyes; a cursor of another walk is refused */
export function signCursor(secret: string, place: readonly (string | number)[], belongsTo: string): string {
  const payload = JSON.stringify(place);
  return Buffer.concat([signature(secret, payload, belongsTo), Buffer.from(payload)]).toString('base64url');
}

/** @throws Refusal (400) for a cursor that was changed or belongs elsewhere */
export function openCursor(secret: string, text: string, belongsTo: string): readonly (string | number)[] {
  const bytes = Buffer.from(text, 'base64url');
  const payload = bytes.subarray(SIGNATURE_BYTES).toString();
  const genuine =
    bytes.length > SIGNATURE_BYTES &&
    timingSafeEqual(bytes.subarray(0, SIGNATURE_BYTES), signature(secret, payload, belongsTo));
  if (!genuine) throw refuse('invalid', 'This page link is damaged or belongs to another walk.', { status: 400 });
  return JSON.parse(payload) as (string | number)[];
}
