// The same requests against the limit program, so that each of ours has its ceiling from the same run.
import { counter, repeat, type Workload } from '../workload.ts';
import { observation } from './bodies.ts';

const made: string[] = [];
const SUBJECT = 'Patient/0192f0c1-0000-7000-8000-000000000000';

export const limitCreate = (): Workload => {
  const next = counter(0, 1);
  return repeat('limit: create', 0, () => [
    {
      method: 'POST',
      setupRequest: (request) => ({ ...request, path: '/', body: JSON.stringify(observation(next(), SUBJECT)) }),
      onResponse: (_status, _body, _context, headers) => {
        const location = (headers as Record<string, string> | undefined)?.['location'];
        if (location && made.length < 50_000) made.push(location);
      },
    },
  ]);
};

export const limitRead = (): Workload => {
  const next = counter(0, 7);
  return repeat('limit: read by id', 0, () => [
    { method: 'GET', setupRequest: (request) => ({ ...request, path: made[next() % made.length] ?? '/none' }) },
  ]);
};

export const limitUpdate = (): Workload => {
  const next = counter(0, 7);
  return repeat('limit: update', 0, () => [
    {
      method: 'PUT',
      setupRequest: (request) => ({
        ...request,
        path: made[next() % made.length] ?? '/none',
        body: JSON.stringify(observation(next(), SUBJECT)),
      }),
    },
  ]);
};
