// What a tree of processes uses, read from /proc (Linux): CPU of PostgreSQL and of everything else apart, and memory.
import { readdirSync, readFileSync } from 'node:fs';

interface Running {
  readonly pid: number;
  readonly parent: number;
  readonly isPostgres: boolean;
  readonly cpuMs: number;
}

/** Linux reports CPU time in ticks of 1/100 s on every supported platform. */
const TICK_MS = 10;

/** The process and all its descendants. */
export function processesOf(root: number): Running[] {
  const all: Running[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      all.push({
        pid: Number(name),
        parent: Number(fields[1]),
        isPostgres: stat.includes('(postgres'),
        cpuMs: (Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14])) * TICK_MS,
      });
    } catch {
      // The process ended between listing and reading.
    }
  }
  const tree = new Set([root]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const { pid, parent } of all)
      if (tree.has(parent) && !tree.has(pid)) {
        tree.add(pid);
        grown = true;
      }
  }
  return all.filter(({ pid }) => tree.has(pid));
}

export function usageOf(processes: readonly Running[]): { program: number; postgres: number } {
  const sum = (isPostgres: boolean) =>
    processes.filter((it) => it.isPostgres === isPostgres).reduce((total, it) => total + it.cpuMs, 0);
  return { program: sum(false), postgres: sum(true) };
}

/** Megabytes: proportional set size, so that memory shared between processes counts once. */
export function memoryOf(processes: readonly Running[]): number {
  let kilobytes = 0;
  for (const { pid } of processes)
    try {
      kilobytes += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1] ?? 0);
    } catch {
      // The process ended.
    }
  return Math.round(kilobytes / 1_024);
}
