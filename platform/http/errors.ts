// How errors are told: OperationOutcome below /fhir, problem+json elsewhere. http://hl7.org/fhir/R4/operationoutcome.html
// https://www.rfc-editor.org/rfc/rfc9457
import { type Issue, Refusal } from '@polyclinic/kit';
import type { HttpAnswer, Tongue } from './port.ts';

/** The answer for anything thrown. A defect is told without details, with the request id to ask for. */
export function errorAnswer(error: unknown, tongue: Tongue, requestId: string): HttpAnswer {
  if (error instanceof Refusal) return inTongue(error.status, error.issues, tongue);
  return inTongue(
    500,
    [
      {
        severity: 'fatal',
        code: 'processing',
        diagnostics: `This failed by a defect of ours; it is logged as ${requestId}.`,
      },
    ],
    tongue,
  );
}

function inTongue(status: number, issues: readonly Issue[], tongue: Tongue): HttpAnswer {
  const headers = { ...RETRY[status] };
  if (tongue === 'fhir')
    return {
      status,
      headers: { ...headers, 'content-type': 'application/fhir+json; charset=utf-8' },
      body: JSON.stringify({
        resourceType: 'OperationOutcome',
        issue: issues.map(({ severity, code, diagnostics, expression }) =>
          expression === undefined ? { severity, code, diagnostics } : { severity, code, diagnostics, expression },
        ),
      }),
    };
  return {
    status,
    headers: { ...headers, 'content-type': 'application/problem+json; charset=utf-8' },
    body: JSON.stringify({
      type: `urn:polyclinic:${issues[0]?.code ?? 'processing'}`,
      title: TITLES[status] ?? 'Refused',
      status,
      detail: issues.map(({ diagnostics }) => diagnostics).join(' '),
    }),
  };
}

// Whoever is told to come back is told when.
const RETRY: Readonly<Record<number, Readonly<Record<string, string>>>> = { 503: { 'retry-after': '1' } };

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  413: 'Too large',
  414: 'URL too long',
  415: 'Unsupported media type',
  429: 'Too many requests',
  500: 'Internal error',
  503: 'Not available',
  504: 'Took too long',
};
