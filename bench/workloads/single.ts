// One request at a time: read by id, create, update.
import { repeat, type Workload } from '../workload.ts';
import { observation, patient } from './bodies.ts';
import type { Data } from './data.ts';

export const readWorkload = (data: Data): Workload => {
  let n = 0;
  return repeat('read by id', 1_570, () => [
    {
      method: 'GET',
      setupRequest: (request) => ({
        ...request,
        path: `/fhir/R4/${data.observations[((n += 7)) % data.observations.length]}`,
      }),
    },
  ]);
};

export function writeWorkloads(data: Data): Workload[] {
  let n = 5_000_000;
  const someone = () => data.patients[n % data.patients.length] as string;
  return [
    repeat('create Patient', 286, () => [
      {
        method: 'POST',
        setupRequest: (request) => ({ ...request, path: '/fhir/R4/Patient', body: JSON.stringify(patient(n++)) }),
      },
    ]),
    repeat('create Observation', 250, () => [
      {
        method: 'POST',
        setupRequest: (request) => ({
          ...request,
          path: '/fhir/R4/Observation',
          body: JSON.stringify(observation(n++, someone())),
        }),
      },
    ]),
    repeat('update', 236, () => [
      {
        method: 'PUT',
        setupRequest: (request) => {
          const target = data.patients[(n += 7) % data.patients.length] as string;
          const body = { ...patient(n % 1_000), id: target.slice('Patient/'.length), active: n % 2 === 0 };
          return { ...request, path: `/fhir/R4/${target}`, body: JSON.stringify(body) };
        },
      },
    ]),
  ];
}
