// What all pages share on the way out, and the first look at a form on the way in.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Page, pageHeaders, renderPage } from '../pages/page.ts';

export function send(res: ServerResponse, status: number, page: Page): void {
  res.writeHead(status, pageHeaders(page));
  res.end(renderPage(page));
}

/** Browsers say where a form comes from; other programs may say nothing, and have no cookies to be misused. */
export function cameFromHere(origin: string, req: IncomingMessage): boolean {
  const site = req.headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  return req.headers.origin === undefined || req.headers.origin === origin;
}
