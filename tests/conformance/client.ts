// A FHIR client as plain as can be: what the suites say to the platform through its public door.

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; {} when there is none. */
  readonly json: Json;
}

// biome-ignore lint/suspicious/noExplicitAny: bodies of any shape are looked into here, and only here
export type Json = any;

export interface FhirClient {
  readonly url: string;
  readonly token: string;
  send(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer>;
  /** Every entry of a search, following `next` to the end. */
  walk(path: string): Promise<Json[]>;
}

export function fhirClient(origin: string, token: string): FhirClient {
  const url = `${origin}/fhir/R4`;
  const send: FhirClient['send'] = async (method, path, body, headers = {}) => {
    const answer = await fetch(path.startsWith('http') ? path : `${url}${path === '' ? '' : `/${path}`}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/fhir+json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      headers: answer.headers,
      text,
      json: text.startsWith('{') ? JSON.parse(text) : {},
    };
  };
  const get: FhirClient['get'] = (path, headers) => send('GET', path, undefined, headers);
  return {
    url,
    token,
    send,
    get,
    post: (path, body, headers) => send('POST', path, body, headers),
    walk: async (path) => {
      const entries: Json[] = [];
      for (let next: string | undefined = path; next !== undefined; ) {
        const page: Answer = await get(next);
        if (page.status !== 200) throw new Error(`${next} answered ${page.status}: ${page.text.slice(0, 300)}`);
        entries.push(...(page.json.entry ?? []));
        next = page.json.link?.find((link: Json) => link.relation === 'next')?.url;
      }
      return entries;
    },
  };
}

/** The first issue of an OperationOutcome. */
export const issueOf = (answer: Answer): Json => answer.json.issue?.[0] ?? {};
