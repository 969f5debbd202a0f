// Identity as tests meet it: over real HTTP, on a real PostgreSQL, with a browser that keeps cookies.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderMail } from '@polyclinic/mail';
import { migrate, type Pool } from '@polyclinic/postgres';
import { withPostgres } from '@polyclinic/testing';
import { ensureDemoIdentity } from '../commands/ensure-demo-identity.ts';
import { createIdentity, type Identity, type IdentityOptions } from '../identity.ts';

export const PEOPLE = { doctor: 'doc-1', nurse: 'nurse-1', office: 'office-1', patient: 'pat-1' };

export interface Letter {
  readonly subject: string;
  readonly text: string;
  /** The path of the link in it, with its query. */
  readonly link: string;
}

export interface RunningIdentity {
  readonly identity: Identity;
  readonly pool: Pool;
  readonly url: string;
  readonly callback: string;
  readonly defects: unknown[];
  /** The letters to an address so far, newest first, sent now if they were still waiting. */
  letters(to: string): Promise<Letter[]>;
  /** Makes sending fail until `repair` is called. */
  breakMail(): Promise<{ repair(): Promise<void> }>;
  close(): Promise<void>;
}

const prepare = (pool: Pool) =>
  migrate({ pool, schema: 'identity', folders: [join(import.meta.dirname, '../migrations')] });

export async function runIdentity({
  secondFactorForAdmins = false,
  fetchKeys,
}: Partial<Pick<IdentityOptions, 'secondFactorForAdmins' | 'fetchKeys'>> = {}): Promise<RunningIdentity> {
  const { pool } = await (await withPostgres()).freshDatabase(prepare);
  const defects: unknown[] = [];
  let identity: Identity | null = null;
  const server = createServer((req, res) => identity?.handle(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const folder = await mkdtemp(join(tmpdir(), 'polyclinic-letters-'));
  identity = await createIdentity({
    pool,
    secondFactorForAdmins,
    ...(fetchKeys === undefined ? {} : { fetchKeys }),
    mail: folderMail({ folder, from: 'Polyclinic <no-reply@polyclinic.invalid>' }),
    baseUrl: url,
    now: () => new Date(),
    onDefect: (error) => defects.push(error),
  });
  await ensureDemoIdentity(identity, { port, ...PEOPLE });
  return {
    identity,
    pool,
    url,
    callback: `${url}/callback`,
    defects,
    async letters(to) {
      await identity?.postOffice.deliver();
      return await readLetters(folder, to);
    },
    async breakMail() {
      await rename(folder, `${folder}-away`);
      await writeFile(folder, 'a file where the folder should be');
      return {
        repair: async () => {
          await rm(folder);
          await rename(`${folder}-away`, folder);
        },
      };
    },
    async close() {
      await identity?.close();
      await rm(folder, { recursive: true, force: true });
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function readLetters(folder: string, to: string): Promise<Letter[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.eml')).map((name) => join(folder, name));
  const all = await Promise.all(
    files.map(async (file) => ({ at: (await stat(file)).mtimeMs, bytes: await readFile(file, 'utf8') })),
  );
  return all
    .filter(({ bytes }) => bytes.split('\r\n').includes(`To: ${to}`))
    .sort((a, b) => b.at - a.at)
    .map(({ bytes }) => {
      const text = bytes
        .slice(bytes.indexOf('\r\n\r\n') + 4)
        .replaceAll('=\r\n', '')
        .replaceAll('=3D', '=');
      const subject = /^Subject: (.*?)\r?$/m.exec(bytes)?.[1] ?? '';
      return { subject, text, link: /https?:\/\/[^/\s]+(\/\S*)/.exec(text)?.[1] ?? '' };
    });
}

/** Follows nothing by itself, keeps cookies by name and path as far as these tests need. */
export function browser() {
  const jar = new Map<string, { value: string; path: string }>();
  const request = async (url: string, init: RequestInit = {}): Promise<Response> => {
    const { pathname } = new URL(url);
    const cookie = [...jar]
      .filter(([, { path }]) => pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`))
      .map(([name, { value }]) => `${name.split('|')[0]}=${value}`)
      .join('; ');
    const answer = await fetch(url, { redirect: 'manual', ...init, headers: { ...init.headers, cookie } });
    for (const line of answer.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const [name = '', value = ''] = pair.split('=');
      const path = attributes.find((attribute) => /^path=/i.test(attribute))?.slice(5) ?? '/';
      if (value === '') jar.delete(`${name}|${path}`);
      else jar.set(`${name}|${path}`, { value, path });
    }
    return answer;
  };
  return {
    get: (url: string) => request(url),
    post: (url: string, form: Record<string, string>, headers: Record<string, string> = {}) =>
      request(url, {
        method: 'POST',
        body: new URLSearchParams(form).toString(),
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      }),
    cookies: () => [...jar.keys()],
  };
}

export type Browser = ReturnType<typeof browser>;

export function pkce() {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
}

/** The address that begins a sign-in for the demo app; parameters with '' are left out. */
export function authorizeUrl(at: RunningIdentity, parameters: Record<string, string>): string {
  const all = {
    client_id: 'demo-app',
    response_type: 'code',
    redirect_uri: at.callback,
    scope: 'openid fhirUser user/*.cruds',
    state: 'state-1',
    code_challenge_method: 'S256',
    ...parameters,
  };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
  return `${at.url}/oidc/authorize?${new URLSearchParams(given)}`;
}

/** Follows redirects until a page or the app's callback; the last address and answer. */
export async function follow(
  at: RunningIdentity,
  with_: Browser,
  answer: Response,
): Promise<{ url: string; answer: Response }> {
  let url = '';
  let last = answer;
  for (let hops = 0; hops < 8; hops += 1) {
    const location = last.headers.get('location');
    if (location === null) break;
    url = new URL(location, at.url).href;
    if (!url.startsWith(`${at.url}/oidc`)) break;
    last = await with_.get(url);
  }
  return { url, answer: last };
}

/** Signs in through the form and returns the address of the app that the browser ends at. */
export async function signInByForm(
  at: RunningIdentity,
  with_: Browser,
  parameters: Record<string, string>,
  username: string,
  password = 'polyclinic-demo',
): Promise<URL> {
  const start = await follow(at, with_, await with_.get(authorizeUrl(at, parameters)));
  const html = await start.answer.text();
  const action = /<form method="post" action="([^"]+)"/.exec(html)?.[1];
  if (action === undefined) return new URL(start.url || at.url);
  const posted = await with_.post(at.url + action, { username, password });
  return new URL((await follow(at, with_, posted)).url || at.url);
}

export async function token(
  at: RunningIdentity,
  form: Record<string, string>,
  basic?: string,
): Promise<{ status: number; body: Record<string, string> }> {
  const answer = await fetch(`${at.url}/oidc/token`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      ...(basic === undefined ? {} : { authorization: `Basic ${Buffer.from(basic).toString('base64')}` }),
    },
    body: new URLSearchParams(form).toString(),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
}

export const SYSTEM = 'demo-system:demo-system-secret';

/** Tokens for one of the demo's people, by the whole way through the form. */
export async function tokensFor(
  at: RunningIdentity,
  username: string,
  parameters: Record<string, string> = {},
  password = 'polyclinic-demo',
) {
  const { verifier, challenge } = pkce();
  const visitor = browser();
  const end = await signInByForm(at, visitor, { code_challenge: challenge, ...parameters }, username, password);
  const code = end.searchParams.get('code');
  if (code === null) throw new Error(`no code: ${end.href}`);
  const redeem = { grant_type: 'authorization_code', client_id: 'demo-app', redirect_uri: at.callback };
  const answer = await token(at, { ...redeem, code, code_verifier: verifier });
  return { ...answer, code, verifier, visitor };
}

/** Opens a page of the person's own account, signing in on the way when that is asked for. */
export async function openAccount(at: RunningIdentity, with_: Browser, username: string, password = 'polyclinic-demo') {
  const start = await follow(at, with_, await with_.get(`${at.url}/oidc/account`));
  const html = await start.answer.text();
  const action = /<form method="post" action="(\/oidc\/interaction\/[^"]+)"/.exec(html)?.[1];
  if (action === undefined) return { url: start.url, html };
  const end = await follow(at, with_, await with_.post(at.url + action, { username, password }));
  return { url: end.url, html: await end.answer.text() };
}

/** Posts a form of the account pages as a browser does. */
export async function postForm(at: RunningIdentity, with_: Browser, path: string, form: Record<string, string>) {
  const answer = await with_.post(at.url + path, form, { origin: at.url });
  return { status: answer.status, location: answer.headers.get('location'), html: await answer.text() };
}
