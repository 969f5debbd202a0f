// Who asks: nothing goes on without a good access token. https://www.rfc-editor.org/rfc/rfc6750
import { bearerChallenge, bearerToken, type TokenVerifier } from '@polyclinic/access';
import { errorAnswer, type HttpAnswer, type HttpRequest, type RateLimit, type Tongue } from '@polyclinic/http';
import { Refusal, refuse, type Subject } from '@polyclinic/kit';

export interface Doorkeeper {
  /** The subject, or the answer for whoever may not come in. */
  admit(request: HttpRequest, tongue: Tongue): Promise<{ readonly subject: Subject } | { readonly answer: HttpAnswer }>;
}

export interface DoorkeeperParts {
  readonly verifier: Pick<TokenVerifier, 'verify'>;
  /** Of addresses that bring no good token. */
  readonly failures: RateLimit;
  /** Of people; programs acting for themselves are not limited. */
  readonly users: RateLimit;
  readonly onTurnedAway?: (reason: string) => void;
}

export function createDoorkeeper({ verifier, failures, users, onTurnedAway }: DoorkeeperParts): Doorkeeper {
  const turnAway = async (request: HttpRequest, tongue: Tongue, refusal: Refusal, brought: boolean) => {
    const waitSeconds = await failures.spend(request.address);
    if (waitSeconds !== null) return { answer: tooMany(request, tongue, waitSeconds) };
    onTurnedAway?.('token');
    const answer = errorAnswer(refusal, tongue, request.requestId);
    const challenge = bearerChallenge(brought ? 'invalid_token' : undefined);
    return { answer: { ...answer, headers: { ...answer.headers, 'www-authenticate': challenge } } };
  };
  return {
    admit: async (request, tongue) => {
      const header = request.headers['authorization'];
      const token = bearerToken(typeof header === 'string' ? header : undefined);
      if (token === null)
        return turnAway(request, tongue, refuse('login', 'A valid access token is needed.'), header !== undefined);
      let subject: Subject;
      try {
        subject = await verifier.verify(token);
      } catch (error) {
        if (error instanceof Refusal && error.status === 401) return turnAway(request, tongue, error, true);
        throw error;
      }
      if (!subject.roles.includes('system')) {
        const waitSeconds = await users.spend(`${subject.clinic}/${subject.id}`);
        if (waitSeconds !== null) {
          onTurnedAway?.('rate');
          return { answer: tooMany(request, tongue, waitSeconds) };
        }
      }
      return { subject };
    },
  };
}

function tooMany(request: HttpRequest, tongue: Tongue, waitSeconds: number): HttpAnswer {
  const answer = errorAnswer(refuse('throttled', 'Too many requests; try again later.'), tongue, request.requestId);
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(waitSeconds) } };
}
