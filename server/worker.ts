// A process that answers requests. It serves what its supervisor tells it to, and never outlives it.
import { METRICS_CONTENT_TYPE, type MetricsSnapshot, mergedMetricsText } from '@polyclinic/telemetry';
import { compose } from './compose.ts';
import { readConfig } from './config.ts';
import type { Handover, ToSupervisor, ToWorker } from './messages.ts';
import { prepareDemo } from './prepare-demo.ts';
import { publicDoor } from './public-door.ts';
import { bringUpToDate } from './schemas.ts';
import { SERVICE_NAMES } from './service-names.ts';
import { told } from './told.ts';

/** Running requests may end; then connections are cut. */
const GRACE_MS = 10_000;

// Each worker has a socket of its own for the port, and the system deals connections out: where the supervisor hands
// them over instead, one that is on its way to a worker that just died hangs until its client gives up.
const SHARES_PORT = process.platform === 'linux';

const tell = (message: ToSupervisor): void => void process.send?.(message);

export async function work(env: NodeJS.ProcessEnv, cores: number): Promise<void> {
  // A killed supervisor must not leave anybody behind who holds the port.
  process.on('disconnect', () => process.exit(1));
  // Ctrl-C reaches the whole group; only the supervisor acts on it.
  process.on('SIGINT', () => {});
  const config = readConfig(env, SERVICE_NAMES, cores);
  try {
    // Until it serves there is nothing to finish: what is half prepared is repeated by the next start.
    let stop = (): void => process.exit(0);
    process.on('SIGTERM', () => stop());
    const handover = await new Promise<Handover>((given) =>
      process.on('message', (message: ToWorker) => {
        if (message.kind === 'start') given(message.handover);
        else if (message.kind === 'stop') stop();
      }),
    );
    const say = (line: string) => tell({ kind: 'says', line });
    if (handover.prepares) await bringUpToDate(handover.connection, config.services, say);
    const composed = await compose(config, handover);
    if (handover.prepares && config.demo) await prepareDemo(config, composed, say);
    let serving = true;
    const door = publicDoor(config, composed, {
      isServing: () => serving,
      presences: async () => config.services.map((service) => ({ service, where: 'here', healthy: true })),
      metrics: async () => ({
        contentType: METRICS_CONTENT_TYPE,
        text: await mergedMetricsText(await askForSnapshots()),
      }),
    });
    process.on('message', (message: ToWorker) => {
      if (message.kind === 'snapshot?')
        void composed.metrics.snapshot().then((snapshot) => tell({ kind: 'snapshot', ask: message.ask, snapshot }));
    });
    stop = () => {
      if (!serving) return;
      serving = false;
      void door
        .close(GRACE_MS)
        .then(composed.close)
        .then(() => process.exit(0));
    };
    await door.listen(config.host, config.port, SHARES_PORT);
    tell({ kind: 'ready' });
  } catch (error) {
    tell({ kind: 'failed', line: told(error) });
    process.disconnect();
    process.exit(1);
  }
}

let asks = 0;

function askForSnapshots(): Promise<readonly MetricsSnapshot[]> {
  asks += 1;
  const ask = asks;
  return new Promise((done) => {
    const hear = (message: ToWorker) => {
      if (message.kind !== 'snapshots' || message.ask !== ask) return;
      process.off('message', hear);
      done(message.snapshots);
    };
    process.on('message', hear);
    tell({ kind: 'snapshots?', ask });
  });
}
