// One request at a time: read by id, create, update.
import { counter, repeat, type Workload } from '../workload.ts';
import { observation, patient } from './bodies.ts';
import type { Data } from './data.ts';

export const readWorkload = (data: Data): Workload => {
  const next = counter(0, 7);
  return repeat('read by id', 1_570, () => [
    {
      method: 'GET',
      setupRequest: (request) => ({
        ...request,
        path: `/fhir/R4/${data.observations[next() % data.observations.length]}`,
      }),
    },
  ]);
};

export function writeWorkloads(data: Data): Workload[] {
  const next = counter(5_000_000, 1);
  const someone = () => data.patients[next() % data.patients.length] as string;
  return [
    repeat('create Patient', 286, () => [
      {
        method: 'POST',
        setupRequest: (request) => ({ ...request, path: '/fhir/R4/Patient', body: JSON.stringify(patient(next())) }),
      },
    ]),
    repeat('create Observation', 250, () => [
      {
        method: 'POST',
        setupRequest: (request) => ({
          ...request,
          path: '/fhir/R4/Observation',
          body: JSON.stringify(observation(next(), someone())),
        }),
      },
    ]),
    repeat('update', 236, () => [
      {
        method: 'PUT',
        setupRequest: (request) => {
          const n = next();
          const target = data.patients[(n * 7) % data.patients.length] as string;
          const body = { ...patient(n % 1_000), id: target.slice('Patient/'.length), active: n % 2 === 0 };
          return { ...request, path: `/fhir/R4/${target}`, body: JSON.stringify(body) };
        },
      },
    ]),
  ];
}
