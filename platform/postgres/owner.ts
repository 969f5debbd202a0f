// Whether a server already runs on this folder, and whose it is: a living Polyclinic's (leave it alone), one that a
// killed Polyclinic left behind (stop it), or something else that merely got its process number (ignore it).
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';

/** How PostgreSQL servers of ours call themselves on their command line. */
export const CLUSTER_NAME = 'polyclinic';

/** Claims the folder for this process. @throws Error naming folder and process where a living one holds it. */
export function claimFolder(cluster: string): void {
  const note = `${cluster}.owner`;
  const holder = holderOf(cluster);
  if (holder !== null && holder !== process.pid)
    throw new Error(
      `Another Polyclinic (process ${holder}) already uses the data in ${cluster}. Stop it, or set POLYCLINIC_DATA to another folder.`,
    );
  writeFileSync(`${note}.${process.pid}`, `${process.pid} ${birth(process.pid)}`);
  renameSync(`${note}.${process.pid}`, note);
}

/** Whether a living process holds the folder. */
export const isClaimed = (cluster: string): boolean => holderOf(cluster) !== null;

function holderOf(cluster: string): number | null {
  const [pid, startedAt] = read(`${cluster}.owner`).split(' ');
  return pid !== undefined && startedAt !== undefined && startedAt !== 'none' && birth(Number(pid)) === startedAt
    ? Number(pid)
    : null;
}

/** Stops what still runs on a folder nobody holds any more. */
export async function stopAbandoned(cluster: string): Promise<void> {
  if (!isClaimed(cluster)) await stopLeftover(cluster, () => {});
}

/**
 * Deals with the process that postmaster.pid names, and with what a killed server left running.
 * @returns the number in postmaster.pid, which by now is no server of this folder's: a stranger's that only happens to
 *   have it, a zombie's, or nobody's; null where there is no such file
 * @throws Error naming folder and process where a server runs there that somebody else started
 */
export async function stopLeftover(cluster: string, report: (message: string) => void): Promise<number | null> {
  const pid = Number(read(`${cluster}/postmaster.pid`).split('\n')[0]);
  const named = Number.isInteger(pid) && pid > 0 ? pid : null;
  if (named !== null && isAlive(named)) {
    const command = commandOf(named);
    if (servesFolder(named, command, cluster)) {
      if (!command.includes(`cluster_name=${CLUSTER_NAME}`))
        throw new Error(
          `A PostgreSQL server (process ${named}) already runs on ${cluster}, and Polyclinic did not start it. Stop it first.`,
        );
      report(`stopping the database server (process ${named}) that an earlier, killed Polyclinic left running`);
      await stopProcess(named);
    }
  }
  await stopOrphans(cluster);
  return named;
}

// Where the server itself was killed, a process of it that was busy may live on for a while and hold its memory.
async function stopOrphans(cluster: string): Promise<void> {
  if (!existsSync(cluster) || !existsSync('/proc/self')) return;
  const orphans = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && isAlive(pid) && servesFolder(pid, commandOf(pid), cluster));
  await Promise.all(orphans.map((pid) => stopProcess(pid, ['SIGQUIT', 'SIGKILL'])));
}

type Signal = 'SIGINT' | 'SIGQUIT' | 'SIGKILL';

// All of it stays within the twenty seconds in which the platform promises to stop.
const PATIENCE_MS: Readonly<Record<Signal, number>> = { SIGINT: 8_000, SIGQUIT: 5_000, SIGKILL: 5_000 };

/** Fast shutdown, then immediate shutdown, then kill; each given a few seconds. */
export async function stopProcess(
  pid: number,
  signals: readonly Signal[] = ['SIGINT', 'SIGQUIT', 'SIGKILL'],
): Promise<void> {
  for (const signal of signals) {
    if (!signalled(pid, signal)) return;
    for (let waitedMs = 0; waitedMs < PATIENCE_MS[signal]; waitedMs += 20) {
      if (!isAlive(pid)) return;
      await pause(20);
    }
  }
  throw new Error(`The database server (process ${pid}) can't be stopped.`);
}

function signalled(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Whether a process with this number lives; a zombie does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return statusOf(pid)?.[0] !== 'Z';
}

// A server works in its data folder, so its working directory tells it from a stranger with the same number.
function servesFolder(pid: number, command: string, cluster: string): boolean {
  try {
    return command.includes('postgres') && readlinkSync(`/proc/${pid}/cwd`) === realpathSync(cluster);
  } catch {
    return command.includes('postgres') && command.includes(cluster);
  }
}

const commandOf = (pid: number): string => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');

// The fields of /proc/<pid>/stat after the program's name, which may itself hold spaces and parentheses.
function statusOf(pid: number): string[] | undefined {
  const stat = read(`/proc/${pid}/stat`);
  return stat === '' ? undefined : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

// When a process was started, in clock ticks since boot: number and birth together never come twice.
function birth(pid: number): string {
  const status = statusOf(pid);
  if (status !== undefined) return status[0] === 'Z' ? 'none' : (status[19] ?? 'none');
  return isAlive(pid) ? 'unknown' : 'none';
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
