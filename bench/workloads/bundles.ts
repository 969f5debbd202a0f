// Transaction Bundles: a hundred entries at a time from several clients, and Synthea's whole lives where they are there.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from '../programs.ts';
import type { Outcome, Workload } from '../workload.ts';
import { observation, patient } from './bodies.ts';
import { post } from './data.ts';

const CLIENTS = 4;
const SYNTHEA = join(import.meta.dirname, '../../../shared/data/synthea');

export function bundleWorkloads(): Workload[] {
  return [
    { name: 'bundles of 100', run: (program, { seconds }) => hundreds(program, seconds) },
    ...(existsSync(SYNTHEA) ? [{ name: 'Synthea bundles', run: synthea }] : []),
  ];
}

async function hundreds(program: Program, seconds: number): Promise<Outcome> {
  let n = 20_000_000;
  const until = performance.now() + seconds * 1_000;
  const took: number[] = [];
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      while (performance.now() < until) {
        const self = `urn:uuid:00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
        const entries = [{ fullUrl: self, resource: patient(n++), request: { method: 'POST', url: 'Patient' } }];
        const more = Array.from({ length: 99 }, () => ({
          resource: observation(n++, self),
          request: { method: 'POST', url: 'Observation' },
        }));
        const begun = performance.now();
        await post(program, [...entries, ...more]);
        took.push(performance.now() - begun);
      }
    }),
  );
  return summary('bundles of 100', 250, took, took.length * 100, seconds);
}

async function synthea(program: Program): Promise<Outcome> {
  const files = readdirSync(SYNTHEA)
    .filter((name) => name.endsWith('.json'))
    .sort();
  const bodies = files.map((name) => readFileSync(join(SYNTHEA, name), 'utf8'));
  const took: number[] = [];
  let resources = 0;
  const send = async (body: string) => {
    const begun = performance.now();
    const answer = await fetch(`${program.url}/fhir/R4`, { method: 'POST', headers: program.headers, body });
    if (!answer.ok) throw new Error(`a Synthea bundle was refused with ${answer.status}`);
    resources += ((await answer.json()) as { entry: unknown[] }).entry.length;
    took.push(performance.now() - begun);
  };
  for (const body of bodies.slice(0, 2)) await send(body);
  const started = performance.now();
  resources = 0;
  took.length = 0;
  const lives = [...bodies.slice(2), ...bodies.slice(2)];
  let next = 0;
  await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      for (let body = lives[next++]; body !== undefined; body = lives[next++]) await send(body);
    }),
  );
  return summary('Synthea bundles', 195, took, resources, (performance.now() - started) / 1_000);
}

function summary(name: string, reference: number, took: number[], resources: number, seconds: number): Outcome {
  const sorted = took.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  const outcome: Outcome = {
    name,
    reference,
    unit: 'resources',
    perSecond: Math.round(resources / seconds),
    p50: at(0.5),
    p99: at(0.99),
    failures: 0,
  };
  console.log(`${name}: ${outcome.perSecond} resources/s, p50 ${outcome.p50} ms, p99 ${outcome.p99} ms per bundle`);
  return outcome;
}
