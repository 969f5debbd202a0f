// `/api/v1/my/accesses`: patients see who saw their record.
import { errorAnswer, type HttpRequest, type Route } from '@polyclinic/http';
import { Refusal, type Subject } from '@polyclinic/kit';
import type { Doorkeeper } from '../authenticate.ts';

export interface MyAccessesRouteParts {
  readonly doorkeeper: Doorkeeper;
  /** The page as the audit service tells it. @throws Refusal */
  readonly myAccesses: (
    subject: Subject,
    request: HttpRequest,
    page: { readonly cursor?: string; readonly count: number },
  ) => Promise<unknown>;
}

const COUNT = 50;
const MOST = 200;

export function myAccessesRoutes({ doorkeeper, myAccesses }: MyAccessesRouteParts): Route[] {
  const handle: Route['handle'] = async (request) => {
    const admitted = await doorkeeper.admit(request, 'problem');
    if ('answer' in admitted) return admitted.answer;
    try {
      const asked = new URLSearchParams(request.query);
      const cursor = asked.get('cursor');
      const page = { count: countOf(asked.get('count')), ...(cursor !== null && { cursor }) };
      const body = JSON.stringify(await myAccesses(admitted.subject, request, page));
      // Nobody who uses the same machine later may find it in a cache.
      const headers = { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' };
      return { status: 200, headers, body };
    } catch (error) {
      if (error instanceof Refusal) return errorAnswer(error, 'problem', request.requestId);
      throw error;
    }
  };
  return [{ path: '/api/v1/my/accesses', tongue: 'problem', handle }];
}

function countOf(text: string | null): number {
  const count = Number(text ?? COUNT);
  return Number.isInteger(count) && count > 0 ? Math.min(count, MOST) : COUNT;
}
