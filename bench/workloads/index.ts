// The workloads of a run, in order: what only reads first, then what writes, so that reads see the same data each time.
import type { Workload } from '../workload.ts';
import { bundleWorkloads } from './bundles.ts';
import { crudWorkloads } from './crud.ts';
import type { Data } from './data.ts';
import { limitCreate, limitRead, limitUpdate } from './limit.ts';
import { searchWorkloads } from './search.ts';
import { readWorkload, writeWorkloads } from './single.ts';

export const workloads = (data: Data): Workload[] => [
  readWorkload(data),
  ...searchWorkloads(data),
  ...writeWorkloads(data),
  ...crudWorkloads(),
  ...bundleWorkloads(),
];

export const limitWorkloads = (): Workload[] => [limitCreate(), limitRead(), limitUpdate()];
