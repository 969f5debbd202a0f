// What every answer carries besides its content. https://cheatsheetseries.owasp.org/cheatsheets/HTTP_Headers_Cheat_Sheet.html
import { randomUUID } from 'node:crypto';

/** An answer's own header of the same name wins: a page may load its own style sheet, data may not be framed. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  // What we serve is about people: neither browsers nor proxies keep it unless an answer says otherwise.
  'cache-control': 'no-store',
};

const SANE_REQUEST_ID = /^[\w.:-]{1,64}$/;

/** The client's X-Request-Id where it is harmless in logs and headers, else a new one. */
export function requestIdFrom(header: string | string[] | undefined): string {
  return typeof header === 'string' && SANE_REQUEST_ID.test(header) ? header : randomUUID();
}
