// One worker is asked for the numbers of all: the supervisor collects them and hands them over.
import cluster, { type Worker } from 'node:cluster';
import type { MetricsSnapshot } from '@polyclinic/telemetry';
import type { ToSupervisor, ToWorker } from './messages.ts';

/** A worker that is too busy to answer is left out rather than waited for. */
const PATIENCE_MS = 1_000;

type Heard = Extract<ToSupervisor, { readonly kind: 'snapshots?' | 'snapshot' }>;

export function createMetricsExchange() {
  let asks = 0;
  const open = new Map<number, (snapshot: MetricsSnapshot) => void>();

  const collect = (): Promise<MetricsSnapshot[]> => {
    const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker?.isConnected());
    asks += 1;
    const ask = asks;
    return new Promise((done) => {
      const snapshots: MetricsSnapshot[] = [];
      const finish = () => {
        clearTimeout(timer);
        open.delete(ask);
        done(snapshots);
      };
      const timer = setTimeout(finish, PATIENCE_MS);
      open.set(ask, (snapshot) => {
        snapshots.push(snapshot);
        if (snapshots.length === workers.length) finish();
      });
      for (const worker of workers) worker?.send({ kind: 'snapshot?', ask } satisfies ToWorker);
    });
  };

  return {
    hear: (worker: Worker, message: Heard): void => {
      if (message.kind === 'snapshot') {
        open.get(message.ask)?.(message.snapshot);
        return;
      }
      void collect().then((snapshots) => {
        if (worker.isConnected()) worker.send({ kind: 'snapshots', ask: message.ask, snapshots } satisfies ToWorker);
      });
    },
  };
}
