// Who asks, signed for the way between processes: short-lived, and only good at the service it was made for.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { integer, list, object, optional, parse, refuse, type TypeOf, text } from '@polyclinic/kit';
import type { Caller } from './port.ts';

export const CALLER_HEADER = 'x-polyclinic-caller';
const LIFETIME_MS = 60_000;
/** Clocks of two machines may be this far apart. */
const LEEWAY_MS = 5_000;

const claims = object({
  audience: text(),
  expires: integer('milliseconds since 1970'),
  requestId: text('', 200),
  subject: object({
    id: text(),
    client: text(),
    clinic: integer('', { min: 0 }),
    roles: list(text()),
    scopes: list(text()),
    fhirUser: optional(text()),
    patient: optional(text()),
  }),
});

const signature = (key: string, payload: string): Buffer =>
  createHmac('sha256', key).update(`polyclinic caller ${payload}`).digest();

export function signCaller(key: string, audience: string, caller: Caller, now: Date): string {
  const told: TypeOf<typeof claims> = { audience, expires: now.getTime() + LIFETIME_MS, ...caller };
  const payload = Buffer.from(JSON.stringify(told)).toString('base64url');
  return `${payload}.${signature(key, payload).toString('base64url')}`;
}

/** @throws Refusal `login` when the token is missing, forged, for another service or too old */
export function verifyCaller(key: string, audience: string, token: string | null, now: Date): Caller {
  const [payload, signed, ...more] = (token ?? '').split('.');
  if (!payload || !signed || more.length > 0)
    throw refuse('login', 'The call does not say on whose behalf it is made.');
  const given = Buffer.from(signed, 'base64url');
  const expected = signature(key, payload);
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    throw refuse('login', 'The call is not signed with the key of this deployment.');
  const told = parse(claims, JSON.parse(Buffer.from(payload, 'base64url').toString()), 'caller');
  if (told.audience !== audience) throw refuse('login', 'The call is meant for another service.');
  if (told.expires + LEEWAY_MS < now.getTime()) throw refuse('expired', 'The call is too old.');
  return { subject: told.subject, requestId: told.requestId };
}
