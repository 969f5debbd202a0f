// `npm run bench`: the platform and the limit program, driven by the same workloads in one run; prints ratios.
// A figure on another machine says nothing: only ratios within a run count.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLimit, startPlatform } from './programs.ts';
import { printReport, writeReport } from './report.ts';
import type { Outcome } from './workload.ts';
import { loadData } from './workloads/data.ts';
import { limitWorkloads, workloads } from './workloads/index.ts';

const options = {
  /** Seconds per workload; `--quick` for a first impression. */
  seconds: process.argv.includes('--quick') ? 3 : 8,
  connections: 32,
  patients: Number(/--patients=(\d+)/.exec(process.argv.join(' '))?.[1] ?? 1_000),
  /** `--only=search` runs the workloads whose name holds the word. */
  only: /--only=(\S+)/.exec(process.argv.join(' '))?.[1] ?? '',
};

const folder = await mkdtemp(join(tmpdir(), 'polyclinic-bench-'));
const outcomes: Outcome[] = [];
try {
  const platform = await startPlatform(folder);
  try {
    const atRest = platform.memoryMb();
    console.log(`platform ready, ${atRest} MB at rest with PostgreSQL; loading ${options.patients} patients`);
    const data = await loadData(platform, options.patients);
    for (const workload of workloads(data).filter(({ name }) => name.includes(options.only)))
      outcomes.push(await workload.run(platform, options));
    outcomes.push({
      name: 'memory at rest, MB',
      perSecond: atRest,
      p50: 0,
      p99: 0,
      failures: 0,
      reference: 0,
      unit: 'MB',
    });
  } finally {
    await platform.stop();
  }
  const limit = await startLimit(folder);
  try {
    for (const workload of limitWorkloads()) outcomes.push(await workload.run(limit, options));
  } finally {
    await limit.stop();
  }
  printReport(outcomes);
  console.log(`written to ${await writeReport(outcomes, options)}`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
