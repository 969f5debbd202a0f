// One table: what was measured, what the reference and the limit did, and the ratios.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Outcome, RunOptions } from './workload.ts';

/** Which workload of the limit program a workload of ours is held against. */
const LIMIT_OF: Readonly<Record<string, string>> = {
  'read by id': 'limit: read by id',
  'create Patient': 'limit: create',
  'create Observation': 'limit: create',
  update: 'limit: update',
};

function rows(outcomes: readonly Outcome[]): string[][] {
  const byName = new Map(outcomes.map((outcome) => [outcome.name, outcome]));
  return outcomes.map((it) => {
    const limit = byName.get(LIMIT_OF[it.name] ?? '');
    return [
      it.name,
      String(it.perSecond),
      it.unit === 'MB' ? '' : `${it.p50} / ${it.p99}`,
      String(it.failures),
      it.reference > 0 ? `${it.reference}` : '',
      it.reference > 0 ? `${(it.perSecond / it.reference).toFixed(1)} x` : '',
      limit ? `${Math.round((100 * it.perSecond) / limit.perSecond)} %` : '',
      it.cpu ? `${it.cpu.program} / ${it.cpu.postgres}` : '',
      it.walBytesPerRequest ? String(it.walBytesPerRequest) : '',
    ];
  });
}

const HEAD = [
  'workload',
  'per second',
  'p50 / p99 ms',
  'failed',
  'reference',
  'times reference',
  'of the limit',
  'CPU ms per 1,000: Node / PostgreSQL',
  'WAL bytes',
];

export function printReport(outcomes: readonly Outcome[]): void {
  const table = [HEAD, ...rows(outcomes)];
  const widths = HEAD.map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  for (const row of table) console.log(row.map((cell, n) => cell.padEnd(widths[n] ?? 0)).join('  '));
}

/** Writes the table beside the others, named by the day; returns its path. */
export async function writeReport(
  outcomes: readonly Outcome[],
  options: RunOptions & { patients: number },
): Promise<string> {
  const now = new Date();
  const folder = join(import.meta.dirname, 'results');
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${now.toISOString().slice(0, 16).replace(':', '')}.md`);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const text = [
    `# Measured ${now.toISOString().slice(0, 10)}`,
    '',
    `${options.connections} connections, ${options.seconds} s per workload, ${options.patients} patients; load generator and PostgreSQL on the same machine. Reference: one process of Medplum 5.1.12 on a machine of the same kind.`,
    '',
    line(HEAD),
    line(HEAD.map(() => '---')),
    ...rows(outcomes).map(line),
    '',
  ].join('\n');
  await writeFile(path, text);
  return path;
}
